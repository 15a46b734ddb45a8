package discordsrv_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/discordsrv"
)

func TestAMessageIsSentEditedAndDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.send(t, w.channel, object{"content": " Hello ", "flags": discordsrv.FlagSilent})
	path := "channels/" + w.channel + "/messages/" + id
	w.now = w.now.Add(time.Minute)
	edited := w.call(t, http.MethodPatch, path, text("Bye")).body(t)
	if edited["content"] != "Bye" || edited["edited_timestamp"] != "2026-11-02T09:01:00.000000+00:00" {
		t.Errorf("edited %v", edited)
	}
	m, ok := w.Last(w.channel)
	if !ok || m.Text != "Bye" || m.Edits() != 1 || m.Earlier[0].Text != "Hello" || !m.Silent() {
		t.Errorf("stored %+v", m)
	}
	if r := w.call(t, http.MethodDelete, path, nil); r.status != http.StatusNoContent {
		t.Errorf("deleted: %d", r.status)
	}
	if said := w.call(t, http.MethodGet, path, nil).said(); said != "404 10008 Unknown Message" {
		t.Error(said)
	}
}

func TestMessagesThatDiscordRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	long := func(n int) string { return strings.Repeat("ж", n) }
	embed := func(e object) object { return object{"embeds": []object{e}} }
	field := object{"name": "n", "value": "v"}
	for name, c := range map[string]struct {
		body object
		want map[string]string
	}{
		"nothing wrong": {object{"content": long(2000)}, map[string]string{}},
		"long":          {object{"content": long(2001)}, map[string]string{"content": "BASE_TYPE_MAX_LENGTH"}},
		"misspelled":    {object{"contents": "a"}, map[string]string{"contents": "UNKNOWN_FIELD"}},
		"wrong type":    {object{"flags": "4"}, map[string]string{"": "BASE_TYPE_CONVERT"}},
		"flags":         {object{"content": "a", "flags": 64}, map[string]string{"flags": "MESSAGE_FLAGS_INVALID"}},
		"long nonce":    {object{"content": "a", "nonce": long(26)}, map[string]string{"nonce": "BASE_TYPE_MAX_LENGTH"}},
		"embeds":        {object{"embeds": repeat(object{"title": "a"}, 11)}, map[string]string{"embeds": "BASE_TYPE_MAX_LENGTH"}},
		"title":         {embed(object{"title": long(257)}), map[string]string{"embeds.0.title": "BASE_TYPE_MAX_LENGTH"}},
		"description":   {embed(object{"description": long(4097)}), map[string]string{"embeds.0.description": "BASE_TYPE_MAX_LENGTH"}},
		"fields":        {embed(object{"fields": repeat(field, 26)}), map[string]string{"embeds.0.fields": "BASE_TYPE_MAX_LENGTH"}},
		"field": {
			embed(object{"fields": []object{{"name": long(257), "value": " "}}}),
			map[string]string{"embeds.0.fields.0.name": "BASE_TYPE_BAD_LENGTH", "embeds.0.fields.0.value": "BASE_TYPE_REQUIRED"},
		},
		"footer": {
			embed(object{"footer": object{"text": long(2049)}}), map[string]string{"embeds.0.footer.text": "BASE_TYPE_BAD_LENGTH"},
		},
		"author": {
			embed(object{"author": object{"name": long(257), "url": "cars"}}),
			map[string]string{"embeds.0.author.name": "BASE_TYPE_BAD_LENGTH", "embeds.0.author.url": "URL_TYPE_INVALID_URL"},
		},
		"all together": {
			object{"embeds": []object{{"description": long(4000)}, {"description": long(2001)}}},
			map[string]string{"embeds": "MAX_EMBED_SIZE_EXCEEDED"},
		},
		"no such file": {
			embed(object{"image": object{"url": "attachment://a.png"}}), map[string]string{"embeds.0.image.url": "ATTACHMENT_NOT_FOUND"},
		},
		"time":  {embed(object{"timestamp": "tomorrow"}), map[string]string{"embeds.0.timestamp": "BASE_TYPE_CONVERT"}},
		"color": {embed(object{"title": "a", "color": 1 << 24}), map[string]string{"embeds.0.color": "NUMBER_TYPE_MAX"}},
		"both kinds of mentions": {
			object{"content": "a", "allowed_mentions": object{"parse": []string{"users"}, "users": []string{w.ann}}},
			map[string]string{"allowed_mentions": "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"},
		},
		"a kind of mentions that is none": {
			object{"content": "a", "allowed_mentions": object{"parse": []string{"here"}}},
			map[string]string{"allowed_mentions.parse.0": "BASE_TYPE_CHOICES"},
		},
		"a reply to nothing": {
			object{"content": "a", "message_reference": object{"message_id": "1"}},
			map[string]string{"message_reference": "REPLIES_UNKNOWN_MESSAGE"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.call(t, http.MethodPost, "channels/"+w.channel+"/messages", c.body)
			if diff := cmp.Diff(c.want, r.wrong(t)); diff != "" {
				t.Error(diff)
			}
			if said := r.said(); len(c.want) > 0 && said != "400 50035 Invalid Form Body" {
				t.Error(said)
			}
		})
	}
}

func repeat(o object, n int) []object {
	all := make([]object, n)
	for i := range all {
		all[i] = o
	}
	return all
}

func TestAPressNeedsAButtonThatIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.join(t)
	button := object{"type": 2, "style": 1, "label": "Why this?", "custom_id": "why"}
	id := w.send(t, w.channel, object{"content": "a", "components": []object{{"type": 1, "components": []object{button}}}})
	if _, err := w.Press(id, w.bob, "what"); err == nil {
		t.Error("pressed what is not there")
	}
	press, err := w.PressLabel(id, w.bob, "Why this?")
	if err != nil {
		t.Fatal(err)
	}
	got := into(t, c.until("INTERACTION_CREATE"))
	if at(got, "data", "custom_id") != "why" || at(got, "message", "id") != id || at(got, "locale") != "fr" || at(got, "guild_locale") != "en-US" {
		t.Errorf("came %v", got)
	}
	if f := w.Interaction(press); f.Acked || f.Expired {
		t.Errorf("fate %+v", f)
	}
	w.now = w.now.Add(4 * time.Second)
	late := w.call(t, http.MethodPost, "interactions/"+press+"/"+w.Interaction(press).Token+"/callback", object{"type": 6})
	if f := w.Interaction(press); !f.Expired || late.said() != "404 10062 Unknown interaction" {
		t.Errorf("fate %+v, said %s", f, late.said())
	}
}

func TestWhoIsNobodyGetsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://discord.example/api/v9/users/@me", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", token)
	if said := w.roundTrip(t, r).said(); said != "401 0 401: Unauthorized" {
		t.Error(said)
	}
	c := dial(t, w.Server)
	c.send(2, object{"token": "Bot other", "intents": 1})
	if code := c.code(); code != discordsrv.CloseAuthFailed {
		t.Errorf("closed with %d", code)
	}
}
