/* Settings: what they are called, what they may be. */
#include "room.h"

static const struct {
	const char *name, *otherwise, *values;
} settings[] = {
#define SETTING(id, name, otherwise, values) [SETTING_##id] = { name, otherwise, values },
#include "remanso/settings.def"
#undef SETTING
};

const char *setting_name(enum setting s)
{
	return settings[s].name;
}

const char *setting_values(enum setting s)
{
	return settings[s].values;
}

static bool allowed(enum setting s, struct str value)
{
	struct str rest = str_from(settings[s].values), word;

	if (rest.n == 0 || value.n == 0)
		return true;
	while (str_cut(&rest, ' ', &word))
		if (str_eq(word, value))
			return true;
	return false;
}

/* What an older or newer program left there and this one does not know reads as unset. */
struct str setting_get(struct room *r, enum setting s, struct arena *a)
{
	struct str value = store_setting(r->store, settings[s].name, a);

	return value.n > 0 && allowed(s, value) ? value : str_from(settings[s].otherwise);
}

bool setting_put(struct room *r, enum setting s, struct str value, struct err *e)
{
	if (!allowed(s, value))
		return err_set(e, ERR_CONFIG, _("\"%s\" may be one of: %s."),
		    settings[s].name, settings[s].values);
	return store_setting_put(r->store, settings[s].name, value, e);
}
