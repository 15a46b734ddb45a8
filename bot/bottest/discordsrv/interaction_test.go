package discordsrv_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/discordsrv"
)

// hello has bob use a command, and returns the interaction.
func (w *world) hello(tb testing.TB) string {
	tb.Helper()
	if len(w.Commands("")) == 0 {
		w.publish(tb, command("hello"), object{"name": "Why this?", "type": 3})
	}
	id, err := w.Command(discordsrv.Invocation{Channel: w.channel, User: w.bob, Path: []string{"hello"}})
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// respond answers an interaction.
func (w *world) respond(tb testing.TB, id string, kind int, data any) result {
	tb.Helper()
	body := object{"type": kind}
	if data != nil {
		body["data"] = data
	}
	return w.call(tb, http.MethodPost, "interactions/"+id+"/"+w.Interaction(id).Token+"/callback", body)
}

// hook is the path of the answers to an interaction.
func (w *world) hook(id string) string {
	return "webhooks/" + w.Me().ID + "/" + w.Interaction(id).Token
}

func TestAnInteractionIsAnsweredOnceAndInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.hello(t)
	w.now = w.now.Add(3 * time.Second)
	if r := w.respond(t, id, discordsrv.AnswerMessage, text("Hi")); r.status != http.StatusNoContent {
		t.Fatal(r.said())
	}
	if said := w.respond(t, id, discordsrv.AnswerMessage, text("Hi")).said(); said != "400 40060 Interaction has already been acknowledged." {
		t.Error(said)
	}
	f := w.Interaction(id)
	if !f.Acked || f.Type != discordsrv.AnswerMessage || f.Deferred || f.Ephemeral || f.Original.Text != "Hi" || len(f.Messages) != 1 {
		t.Errorf("fate %+v", f)
	}
	late := w.hello(t)
	w.now = w.now.Add(3*time.Second + 1)
	if said := w.respond(t, late, discordsrv.AnswerMessage, text("Hi")).said(); said != "404 10062 Unknown interaction" || !w.Interaction(late).Expired {
		t.Error(said)
	}
	if said := w.call(t, http.MethodPost, "interactions/"+id+"/other/callback", object{"type": 4}).said(); said != "404 10062 Unknown interaction" {
		t.Error(said)
	}
}

func TestADeferredAnswerComesLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.hello(t)
	if said := w.call(t, http.MethodPost, w.hook(id), text("early")).said(); said != "404 10015 Unknown Webhook" {
		t.Error(said)
	}
	w.respond(t, id, discordsrv.AnswerDeferred, object{"flags": discordsrv.FlagEphemeral})
	if f := w.Interaction(id); !f.Deferred || !f.Ephemeral || !f.Original.Loading() {
		t.Errorf("fate %+v", f)
	}
	w.now = w.now.Add(15 * time.Minute)
	if said := w.call(t, http.MethodPatch, w.hook(id)+"/messages/@original", text("Done")).said(); said != "" {
		t.Error(said)
	}
	if said := w.call(t, http.MethodPost, w.hook(id), object{"content": "More", "flags": 0}).said(); said != "" {
		t.Error(said)
	}
	f := w.Interaction(id)
	if len(f.Messages) != 2 || f.Original.Text != "Done" || f.Original.Loading() || f.Original.Reader != w.bob || f.Messages[1].Text != "More" || f.Messages[1].Reader != "" {
		t.Errorf("fate %+v", f)
	}
	w.now = w.now.Add(1)
	if said := w.call(t, http.MethodPost, w.hook(id), text("late")).said(); said != "401 50027 Invalid Webhook Token" {
		t.Error(said)
	}
}

func TestAFollowUpFillsWhatWasDeferred(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.hello(t)
	w.respond(t, id, discordsrv.AnswerDeferred, nil)
	r := w.call(t, http.MethodPost, w.hook(id), object{"content": "Done", "flags": discordsrv.FlagEphemeral})
	f := w.Interaction(id)
	if len(f.Messages) != 1 || f.Original.ID != r.body(t)["id"] || f.Original.Reader != "" || f.Original.Text != "Done" {
		t.Errorf("fate %+v", f)
	}
}

func TestAnswersAreReadChangedAndDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.hello(t)
	w.respond(t, id, discordsrv.AnswerMessage, object{"content": "Hi", "flags": discordsrv.FlagEphemeral})
	own := w.Interaction(id).Original.ID
	if got := w.call(t, http.MethodGet, w.hook(id)+"/messages/"+own, nil).body(t); got["content"] != "Hi" || got["flags"] != 64.0 {
		t.Errorf("read %v", got)
	}
	if said := w.call(t, http.MethodGet, "channels/"+w.channel+"/messages/"+own, nil).said(); said != "404 10008 Unknown Message" {
		t.Errorf("an ephemeral message in its channel: %q", said)
	}
	if all := list(t, w.call(t, http.MethodGet, "channels/"+w.channel+"/messages", nil)); len(all) != 0 {
		t.Errorf("ephemeral messages in their channel: %v", all)
	}
	if r := w.call(t, http.MethodDelete, w.hook(id)+"/messages/@original", nil); r.status != http.StatusNoContent {
		t.Error(r.said())
	}
	for _, method := range []string{http.MethodGet, http.MethodPatch, http.MethodDelete} {
		if said := w.call(t, method, w.hook(id)+"/messages/@original", text("a")).said(); said != "404 10008 Unknown Message" {
			t.Errorf("%s: %q", method, said)
		}
	}
}

func TestAPressChangesItsMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.hello(t)
	w.respond(t, id, discordsrv.AnswerMessage, object{"content": "Page 1", "components": []object{row(button("next"))}, "flags": discordsrv.FlagEphemeral})
	page := w.Interaction(id).Original.ID
	if _, err := w.Press(page, w.ann, "next"); err == nil {
		t.Error("pressed on what somebody else sees")
	}
	press, err := w.Press(page, w.bob, "next")
	if err != nil {
		t.Fatal(err)
	}
	if said := w.respond(t, press, discordsrv.AnswerUpdate, object{"content": "Page 2", "components": nil}).said(); said != "" {
		t.Error(said)
	}
	if m, _ := w.Message(page); m.Text != "Page 2" || len(m.Components) != 0 || m.Reader != w.bob {
		t.Errorf("stored %+v", m)
	}
	if f := w.Interaction(press); f.Original.ID != page || len(f.Messages) != 0 {
		t.Errorf("fate %+v", f)
	}
	if _, err := w.Press(page, w.bob, "next"); err == nil {
		t.Error("pressed what is not there any more")
	}
	if said := w.call(t, http.MethodPatch, w.hook(press)+"/messages/@original", text("Page 3")).said(); said != "" {
		t.Error(said)
	}
}

func TestAnUpdateToComeChangesThePressedMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.send(t, w.channel, object{"content": "a", "components": []object{row(button("b"))}})
	press, err := w.Press(id, w.bob, "b")
	if err != nil {
		t.Fatal(err)
	}
	w.respond(t, press, discordsrv.AnswerDeferredUpdate, nil)
	w.call(t, http.MethodPatch, w.hook(press)+"/messages/@original", text("c"))
	w.call(t, http.MethodPost, w.hook(press), object{"content": "for you", "flags": discordsrv.FlagEphemeral})
	m, _ := w.Message(id)
	if f := w.Interaction(press); m.Text != "c" || !f.Deferred || len(f.Messages) != 1 || f.Messages[0].Reader != w.bob {
		t.Errorf("stored %+v, fate %+v", m, f)
	}
}

func TestAnInteractionTakesOnlyItsAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.publish(t, command("hello", opt(3, "who", "autocomplete", true)))
	id := w.send(t, w.channel, object{"content": "a", "components": []object{row(button("b"))}})
	modal := object{"custom_id": "m", "title": "M", "components": []object{row(object{"type": 4, "custom_id": "t", "label": "T", "style": 1})}}
	asks := map[string]func() (string, error){
		"a command": func() (string, error) {
			return w.Command(discordsrv.Invocation{Channel: w.channel, User: w.bob, Path: []string{"hello"}})
		},
		"a completion": func() (string, error) {
			return w.Autocomplete(discordsrv.Invocation{Channel: w.channel, User: w.bob, Path: []string{"hello"}, Options: map[string]any{"who": ""}}, "who")
		},
		"a press": func() (string, error) { return w.Press(id, w.bob, "b") },
		"a modal": func() (string, error) {
			before, err := w.Press(id, w.bob, "b")
			if err != nil {
				return "", err
			}
			w.respond(t, before, discordsrv.AnswerModal, modal)
			return w.SubmitModal(before, w.bob, map[string]string{"t": "x"})
		},
	}
	for name, takes := range map[string]string{"a command": "459", "a completion": "8", "a press": "45679", "a modal": "4567"} {
		t.Run(name, func(t *testing.T) {
			var got strings.Builder
			for kind := 1; kind <= 12; kind++ {
				asked, err := asks[name]()
				if err != nil {
					t.Fatal(err)
				}
				data := object{"content": "a", "choices": []object{}}
				if kind == discordsrv.AnswerModal {
					data = modal
				}
				if w.respond(t, asked, kind, data).said() == "" {
					fmt.Fprint(&got, kind)
				}
			}
			if got.String() != takes {
				t.Errorf("takes %s, want %s", got.String(), takes)
			}
		})
	}
}

func TestACompletionTakesTwentyFiveChoices(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.publish(t, command("hello", opt(3, "who", "autocomplete", true, "required", true), opt(4, "n", "autocomplete", true)))
	c := w.join(t)
	ask := func(focused string) string {
		id, err := w.Autocomplete(discordsrv.Invocation{Channel: w.channel, User: w.bob, Path: []string{"hello"}, Options: map[string]any{focused: "1"}}, focused)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	id := ask("who")
	if got := into(t, c.until("INTERACTION_CREATE")); at(got, "type") != 4.0 || at(got, "data", "options", 0, "focused") != true || at(got, "data", "options", 0, "value") != "1" {
		t.Errorf("came %v", got)
	}
	many := make([]object, 26)
	for i := range many {
		many[i] = choice(strconv.Itoa(i), strconv.Itoa(i))
	}
	r := w.respond(t, id, discordsrv.AnswerChoices, object{"choices": many})
	if diff := cmp.Diff(map[string]string{"data.choices": "BASE_TYPE_BAD_LENGTH"}, r.wrong(t)); diff != "" {
		t.Error(diff)
	}
	r = w.respond(t, id, discordsrv.AnswerChoices, object{"choices": []object{choice(strings.Repeat("a", 101), 1)}})
	want := map[string]string{"data.choices.0.name": "BASE_TYPE_BAD_LENGTH", "data.choices.0.value": "BASE_TYPE_CONVERT"}
	if diff := cmp.Diff(want, r.wrong(t)); diff != "" {
		t.Error(diff)
	}
	if said := w.respond(t, id, discordsrv.AnswerChoices, object{"choices": many[:25]}).said(); said != "" || len(w.Interaction(id).Choices) != 25 {
		t.Error(said)
	}
	if said := w.call(t, http.MethodPost, w.hook(id), text("a")).said(); said != "404 10015 Unknown Webhook" {
		t.Error(said)
	}
	if got := w.respond(t, ask("n"), discordsrv.AnswerChoices, object{"choices": []object{choice("one", "1")}}).wrong(t); got["data.choices.0.value"] != "NUMBER_TYPE_COERCE" {
		t.Error(got)
	}
}

func TestAModalIsFilledInOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.join(t)
	input := func(id string, pairs ...any) object {
		return row(with(object{"type": 4, "custom_id": id, "label": id, "style": 1}, pairs...))
	}
	id := w.hello(t)
	long := w.respond(t, id, discordsrv.AnswerModal, object{"title": strings.Repeat("a", 46), "components": []object{input("a", "label", strings.Repeat("a", 46), "style", 3), button("b")}})
	want := map[string]string{
		"data.title": "BASE_TYPE_BAD_LENGTH", "data.custom_id": "BASE_TYPE_REQUIRED", "data.components.1": "UNION_TYPE_CHOICES",
		"data.components.0.components.0.label": "BASE_TYPE_BAD_LENGTH", "data.components.0.components.0.style": "BASE_TYPE_CHOICES",
	}
	if diff := cmp.Diff(want, long.wrong(t)); diff != "" {
		t.Error(diff)
	}
	modal := object{"custom_id": "add", "title": "Add", "components": []object{input("name", "max_length", 3), input("note", "required", false), input("zone", "value", "UTC")}}
	if said := w.respond(t, id, discordsrv.AnswerModal, modal).said(); said != "" {
		t.Fatal(said)
	}
	for name, fields := range map[string]map[string]string{"empty": {}, "long": {"name": "abcd"}, "unknown": {"name": "abc", "x": "y"}} {
		if _, err := w.SubmitModal(id, w.bob, fields); err == nil {
			t.Errorf("%s was sent", name)
		}
	}
	if _, err := w.SubmitModal(id, w.ann, map[string]string{"name": "abc"}); err == nil {
		t.Error("somebody else sent it")
	}
	if _, err := w.SubmitModal(id, w.bob, map[string]string{"name": "abc"}); err != nil {
		t.Fatal(err)
	}
	c.until("INTERACTION_CREATE")
	got := into(t, c.until("INTERACTION_CREATE"))
	var filled []any
	for i := range 3 {
		filled = append(filled, at(got, "data", "components", i, "components", 0, "value"))
	}
	if diff := cmp.Diff([]any{"abc", "", "UTC"}, filled); diff != "" || at(got, "type") != 5.0 || at(got, "data", "custom_id") != "add" {
		t.Error(diff, got)
	}
	if _, err := w.SubmitModal(id, w.bob, map[string]string{"name": "abc"}); err == nil {
		t.Error("sent twice")
	}
}

func TestAMenuTakesItsOptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.join(t)
	id := w.send(t, w.channel, object{"content": "a", "components": []object{
		row(object{"type": 3, "custom_id": "s", "max_values": 2, "options": []object{option("a"), option("b"), option("c")}}),
		row(object{"type": 8, "custom_id": "c", "channel_types": []int{0}}),
	}})
	for name, choose := range map[string]func() (string, error){
		"what is no option": func() (string, error) { return w.Select(id, w.bob, "s", "d") },
		"too much":          func() (string, error) { return w.Select(id, w.bob, "s", "a", "b", "c") },
		"nothing":           func() (string, error) { return w.Select(id, w.bob, "s") },
		"a role":            func() (string, error) { return w.Select(id, w.bob, "c", w.guild.BotRole) },
		"by pressing":       func() (string, error) { return w.Press(id, w.bob, "s") },
	} {
		if _, err := choose(); err == nil {
			t.Errorf("%s was chosen", name)
		}
	}
	if _, err := w.Select(id, w.bob, "s", "a", "c"); err != nil {
		t.Error(err)
	}
	if got := into(t, c.until("INTERACTION_CREATE")); at(got, "data", "values", 1) != "c" || at(got, "data", "component_type") != 3.0 {
		t.Errorf("came %v", got)
	}
	if _, err := w.Select(id, w.bob, "c", w.channel); err != nil {
		t.Error(err)
	}
	if got := into(t, c.until("INTERACTION_CREATE")); at(got, "data", "resolved", "channels", w.channel, "name") != "general" {
		t.Errorf("came %v", got)
	}
}

func TestAnEntryOfTheMenuOfAMessageBringsTheMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.join(t)
	w.hello(t)
	c.until("INTERACTION_CREATE")
	said := w.Say(w.channel, w.ann, "What is this?").ID
	if _, err := w.MessageCommand(said, w.bob, "Why that?"); err == nil {
		t.Error("used what is not in the menu")
	}
	if _, err := w.MessageCommand(said, w.bob, "Why this?"); err != nil {
		t.Fatal(err)
	}
	got := into(t, c.until("INTERACTION_CREATE"))
	if at(got, "data", "target_id") != said || at(got, "data", "resolved", "messages", said, "content") != "What is this?" || at(got, "data", "type") != 3.0 {
		t.Errorf("came %v", got)
	}
}

func TestADirectMessageHasNoGuild(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.join(t)
	w.publish(t, command("hello"))
	if _, err := w.Command(discordsrv.Invocation{Channel: w.AddDM(w.bob).ID, User: w.bob, Path: []string{"hello"}}); err != nil {
		t.Fatal(err)
	}
	got := into(t, c.until("INTERACTION_CREATE"))
	for name, want := range map[string]any{"guild_id": nil, "member": nil, "context": 1.0, "guild_locale": nil, "locale": "fr"} {
		if got[name] != want {
			t.Errorf("%s is %v", name, got[name])
		}
	}
	if at(got, "user", "id") != w.bob || at(got, "authorizing_integration_owners", "0") != "0" {
		t.Errorf("came %v", got)
	}
}

func TestAnAnswerTellsOfItselfIfAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.hello(t)
	path := "interactions/" + id + "/" + w.Interaction(id).Token + "/callback?with_response=true"
	got := w.call(t, http.MethodPost, path, object{"type": 4, "data": object{"content": "Hi", "flags": discordsrv.FlagEphemeral}}).body(t)
	m := w.Interaction(id).Original
	if at(got, "resource", "message", "id") != m.ID || at(got, "interaction", "response_message_ephemeral") != true {
		t.Errorf("answered %v", got)
	}
}

func TestAThreadThatWasLockedTakesNoAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	thread := w.AddThread(w.channel, discordsrv.Channel{}).ID
	w.publish(t, command("hello"))
	id, err := w.Command(discordsrv.Invocation{Channel: thread, User: w.bob, Path: []string{"hello"}})
	if err != nil {
		t.Fatal(err)
	}
	w.Archive(thread, true, true)
	if said := w.respond(t, id, discordsrv.AnswerMessage, text("a")).said(); said != "400 50083 Thread is archived" {
		t.Error(said)
	}
}

func TestAFollowUpIsChangedByItsID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.hello(t)
	w.respond(t, id, discordsrv.AnswerMessage, text("Hi"))
	more := w.call(t, http.MethodPost, w.hook(id), text("More")).id(t)
	if said := w.call(t, http.MethodPatch, w.hook(id)+"/messages/"+more, text("Less")).said(); said != "" {
		t.Error(said)
	}
	if f := w.Interaction(id); f.Original.Text != "Hi" || f.Messages[1].Text != "Less" || f.Messages[1].Edits() != 1 {
		t.Errorf("fate %+v", f)
	}
	for name, body := range map[string]object{"empty": text(""), "long": text(strings.Repeat("a", 2001)), "unknown": {"x": 1}} {
		if r := w.call(t, http.MethodPost, w.hook(id), body); r.status != http.StatusBadRequest {
			t.Errorf("%s follow-up: %d", name, r.status)
		}
		if r := w.call(t, http.MethodPatch, w.hook(id)+"/messages/@original", body); r.status != http.StatusBadRequest {
			t.Errorf("%s edit: %d", name, r.status)
		}
		if r := w.respond(t, w.hello(t), discordsrv.AnswerMessage, body); r.status != http.StatusBadRequest {
			t.Errorf("%s answer: %d", name, r.status)
		}
	}
	if said := w.respond(t, w.hello(t), discordsrv.AnswerDeferred, object{"flags": 4}).said(); said != "400 50035 Invalid Form Body" {
		t.Error(said)
	}
}

func TestNobodyAsksFromWhereTheyAreNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.send(t, w.channel, object{"content": "a", "components": []object{row(button("b"), with(button("c"), "disabled", true))}})
	stranger := w.AddUser(discordsrv.User{}).ID
	if _, err := w.Press(id, stranger, "b"); err == nil {
		t.Error("a stranger pressed")
	}
	if _, err := w.Press(id, w.bob, "c"); err == nil {
		t.Error("what is disabled was pressed")
	}
	denied(discordsrv.ViewChannel)(w)
	if _, err := w.Press(id, w.bob, "b"); err == nil {
		t.Error("who does not see the channel pressed")
	}
	w.SetOverwrite(w.channel, discordsrv.Overwrite{ID: w.guild.ID})
	w.RemoveBot(w.guild.ID)
	if _, err := w.Press(id, w.bob, "b"); err == nil {
		t.Error("pressed with the bot gone")
	}
}
