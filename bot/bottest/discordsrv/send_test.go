package discordsrv_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
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
		"nothing wrong":  {object{"content": long(2000)}, map[string]string{}},
		"long":           {object{"content": long(2001)}, map[string]string{"content": "BASE_TYPE_MAX_LENGTH"}},
		"misspelled":     {object{"contents": "a"}, map[string]string{"contents": "UNKNOWN_FIELD"}},
		"wrong type":     {object{"flags": "4"}, map[string]string{"": "BASE_TYPE_CONVERT"}},
		"flags":          {object{"content": "a", "flags": 64}, map[string]string{"flags": "MESSAGE_FLAGS_INVALID"}},
		"spoken":         {object{"content": "a", "tts": true}, map[string]string{"tts": "UNSUPPORTED"}},
		"a broken nonce": {object{"content": "a", "nonce": 1.5}, map[string]string{"nonce": "UNION_TYPE_CHOICES"}},
		"long nonce":     {object{"content": "a", "nonce": long(26)}, map[string]string{"nonce": "BASE_TYPE_MAX_LENGTH"}},
		"embeds":         {object{"embeds": repeat(object{"title": "a"}, 11)}, map[string]string{"embeds": "BASE_TYPE_MAX_LENGTH"}},
		"title":          {embed(object{"title": long(257)}), map[string]string{"embeds.0.title": "BASE_TYPE_MAX_LENGTH"}},
		"description":    {embed(object{"description": long(4097)}), map[string]string{"embeds.0.description": "BASE_TYPE_MAX_LENGTH"}},
		"fields":         {embed(object{"fields": repeat(field, 26)}), map[string]string{"embeds.0.fields": "BASE_TYPE_MAX_LENGTH"}},
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

func TestANonceIsRememberedForAWhile(t *testing.T) {
	t.Parallel()
	taken := 0
	w := newWorld(t, func(c *discordsrv.Config) { c.Taken = func(discordsrv.Message) { taken++ } })
	body := object{"content": "a", "nonce": "k1", "enforce_nonce": true}
	first := w.send(t, w.channel, body)
	w.now = w.now.Add(5 * time.Minute)
	again := w.send(t, w.channel, body)
	other := w.send(t, w.channel, object{"content": "a", "nonce": "k2", "enforce_nonce": true})
	loose := w.send(t, w.channel, object{"content": "a", "nonce": "k1"})
	elsewhere := w.send(t, w.AddChannel(w.guild.ID, discordsrv.Channel{}).ID, body)
	w.now = w.now.Add(5*time.Minute + 1)
	late := w.send(t, w.channel, body)
	ids := map[string]bool{first: true, other: true, loose: true, elsewhere: true, late: true}
	if again != first || len(ids) != 5 {
		t.Errorf("first %s, again %s, others %v", first, again, ids)
	}
	if taken != len(ids) {
		t.Errorf("%d messages were told as taken, want %d: what is known again is not new", taken, len(ids))
	}
	if n := len(w.Sent(w.channel)); n != 4 {
		t.Errorf("%d messages", n)
	}
}

func TestAnAnnouncementIsCrosspostedTenTimesAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t, limited)
	news := w.AddChannel(w.guild.ID, discordsrv.Channel{Type: discordsrv.Announcement}).ID
	post := func(channel string) result {
		w.now = w.now.Add(time.Second)
		return w.call(t, http.MethodPost, "channels/"+channel+"/messages/"+w.send(t, channel, text("a"))+"/crosspost", nil)
	}
	if got := pattern(11, func() result { return post(news) }); got != "..........x" {
		t.Errorf("got %s", got)
	}
	m := w.Sent(news)[0]
	if !m.Crossposted || m.Flags&discordsrv.FlagCrossposted == 0 {
		t.Errorf("stored %+v", m)
	}
	w.now = w.now.Add(time.Hour)
	if said := w.call(t, http.MethodPost, "channels/"+news+"/messages/"+m.ID+"/crosspost", nil).said(); said != "400 40033 This message has already been crossposted." {
		t.Error(said)
	}
	if said := post(w.channel).said(); said != "400 50024 Cannot execute action on this channel type" {
		t.Error(said)
	}
	w.SetOverwrite(news, discordsrv.Overwrite{ID: w.guild.ID, Deny: discordsrv.SendMessages})
	if said := w.call(t, http.MethodPost, "channels/"+news+"/messages/"+w.Sent(news)[10].ID+"/crosspost", nil).said(); said != "403 50013 Missing Permissions" {
		t.Error(said)
	}
}

func TestOnlyOwnMessagesAreEdited(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	said := w.Say(w.channel, w.bob, "hello").ID
	path := "channels/" + w.channel + "/messages/" + said
	if got := w.call(t, http.MethodPatch, path, text("a")).said(); got != "403 50005 Cannot edit a message authored by another user" {
		t.Error(got)
	}
	if got := w.call(t, http.MethodDelete, path, nil).said(); got != "403 50013 Missing Permissions" {
		t.Error(got)
	}
	w.SetPermissions(w.guild.ID, w.guild.BotRole, discordsrv.ManageMessages)
	if got := w.call(t, http.MethodDelete, path, nil).said(); got != "" {
		t.Error(got)
	}
}

func TestAnEditLeavesWhatItDoesNotName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.send(t, w.channel, object{"content": "a", "embeds": []object{{"title": "t"}}})
	path := "channels/" + w.channel + "/messages/" + id
	for _, step := range []struct {
		body   object
		text   string
		embeds int
		said   string
	}{
		{object{"content": "b"}, "b", 1, ""},
		{object{"content": nil}, "", 1, ""},
		{object{"embeds": nil}, "", 1, "400 50006 Cannot send an empty message"},
		{object{"content": "c", "embeds": []object{}}, "c", 0, ""},
	} {
		said := w.call(t, http.MethodPatch, path, step.body).said()
		m, _ := w.Message(id)
		if said != step.said || m.Text != step.text || len(m.Embeds) != step.embeds {
			t.Errorf("after %v: %q, stored %q with %d embeds", step.body, said, m.Text, len(m.Embeds))
		}
	}
}

func TestSuppressedEmbedsAreNotSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.send(t, w.channel, object{"content": "a", "embeds": []object{{"title": "t"}}, "flags": discordsrv.FlagSuppressEmbeds})
	if m, _ := w.Last(w.channel); len(m.Embeds) != 1 || len(m.Shown()) != 0 {
		t.Errorf("stored %+v", m)
	}
}

func TestMessagesAreReadInPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var ids []string
	for _, content := range []string{"a", "b", "c", "d"} {
		ids = append(ids, w.send(t, w.channel, text(content)))
	}
	w.Say(w.channel, w.bob, "not for bots")
	w.Unsay(ids[2])
	for query, want := range map[string]string{
		"":                                 " d b a",
		"?limit=2":                         " d",
		"?before=" + ids[3]:                "b a",
		"?after=" + ids[0] + "&limit=1":    "b",
		"?after=" + ids[3]:                 "",
		"?limit=1&before=" + ids[2]:        "b",
		"?before=" + ids[1] + "&limit=100": "a",
	} {
		var got []string
		r := w.call(t, http.MethodGet, "channels/"+w.channel+"/messages"+query, nil)
		for _, m := range list(t, r) {
			got = append(got, fmt.Sprint(m["content"]))
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s: got %q, want %q", query, text, want)
		}
	}
	w.SetOverwrite(w.channel, discordsrv.Overwrite{ID: w.guild.ID, Deny: discordsrv.ReadHistory})
	if all := list(t, w.call(t, http.MethodGet, "channels/"+w.channel+"/messages", nil)); len(all) != 0 {
		t.Errorf("read %v", all)
	}
}

func list(tb testing.TB, r result) []object {
	tb.Helper()
	var all []object
	if err := json.Unmarshal(r.raw, &all); err != nil {
		tb.Fatalf("no list: %s", r.raw)
	}
	return all
}

// upload sends a message with files, each as its name and its bytes.
func (w *world) upload(tb testing.TB, method, path string, body object, files ...string) result {
	tb.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		tb.Fatal(err)
	}
	var all []*discordgo.File
	for i := 0; i+1 < len(files); i += 2 {
		all = append(all, &discordgo.File{Name: files[i], ContentType: "image/png", Reader: strings.NewReader(files[i+1])})
	}
	kind, form, err := discordgo.MultipartBodyWithJSON(json.RawMessage(raw), all)
	if err != nil {
		tb.Fatal(err)
	}
	r, err := http.NewRequestWithContext(tb.Context(), method, "https://discord.example/api/v10/"+path, bytes.NewReader(form))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bot "+token)
	return w.roundTrip(tb, r)
}

func TestFilesComeWithAMessageAndStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path := "channels/" + w.channel + "/messages"
	picture := []object{{"image": object{"url": "attachment://a.png"}}}
	sent := w.upload(t, http.MethodPost, path, object{"embeds": picture, "attachments": []object{{"id": 0, "description": "A chart"}}}, "a.png", "PNG")
	m, ok := w.Last(w.channel)
	if !ok || string(m.Files[0].Bytes) != "PNG" || m.Files[0].Description != "A chart" || m.Files[0].Kind != "image/png" {
		t.Fatalf("said %q, stored %+v", sent.said(), m)
	}
	address := at(sent.body(t), "attachments", 0, "url")
	if address == nil || at(sent.body(t), "embeds", 0, "image", "url") != address {
		t.Errorf("sent %s", sent.raw)
	}
	path += "/" + m.ID
	if said := w.call(t, http.MethodPatch, path, text("a")).said(); said != "" {
		t.Error(said)
	}
	if m, _ = w.Last(w.channel); len(m.Files) != 1 {
		t.Errorf("stored %+v", m)
	}
	drop := w.call(t, http.MethodPatch, path, object{"attachments": []object{}})
	if diff := cmp.Diff(map[string]string{"embeds.0.image.url": "ATTACHMENT_NOT_FOUND"}, drop.wrong(t)); diff != "" {
		t.Error(diff)
	}
	replace := w.upload(t, http.MethodPatch, path, object{"embeds": picture, "attachments": []object{{"id": 0}}}, "a.png", "NEW")
	if m, _ = w.Last(w.channel); len(m.Files) != 1 || string(m.Files[0].Bytes) != "NEW" {
		t.Errorf("said %q, stored %+v", replace.said(), m)
	}
	unknown := w.upload(t, http.MethodPatch, path, object{"attachments": []object{{"id": 7}}}, "a.png", "NEW")
	if diff := cmp.Diff(map[string]string{"attachments.0.id": "ATTACHMENT_NOT_FOUND"}, unknown.wrong(t)); diff != "" {
		t.Error(diff)
	}
}

func TestFilesThatAreNotTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path := "channels/" + w.channel + "/messages"
	if said := w.upload(t, http.MethodPost, path, object{}, "a.png", strings.Repeat("a", 10<<20+1)).said(); said != "413 40005 Request entity too large" {
		t.Error(said)
	}
	many := make([]string, 22)
	for i := range many {
		many[i] = "a.png"
	}
	if got := w.upload(t, http.MethodPost, path, object{}, many...).wrong(t); got["attachments"] != "BASE_TYPE_MAX_LENGTH" {
		t.Error(got)
	}
	w.SetOverwrite(w.channel, discordsrv.Overwrite{ID: w.guild.ID, Deny: discordsrv.AttachFiles})
	if said := w.upload(t, http.MethodPost, path, object{}, "a.png", "PNG").said(); said != "403 50013 Missing Permissions" {
		t.Error(said)
	}
}
