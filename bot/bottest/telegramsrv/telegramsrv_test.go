package telegramsrv_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/telegramsrv"
)

const token = "77:secret"

// world is a server with a clock that a test moves, and a few people.
type world struct {
	*telegramsrv.Server
	tb       testing.TB
	now      time.Time
	ann, bob int64
}

func newWorld(tb testing.TB, change func(*telegramsrv.Config)) *world {
	tb.Helper()
	w := &world{tb: tb, now: time.Date(2026, time.November, 2, 9, 0, 0, 0, time.UTC)}
	cfg := telegramsrv.Config{Token: token, Username: "board_bot", Now: func() time.Time { return w.now }}
	if change != nil {
		change(&cfg)
	}
	w.Server = telegramsrv.New(cfg)
	w.ann = w.AddUser(telegramsrv.User{FirstName: "Ann", Username: "ann_of_kent", LanguageCode: "en"}).ID
	w.bob = w.AddUser(telegramsrv.User{FirstName: "Bob"}).ID
	tb.Cleanup(w.Close)
	return w
}

// result is what the server answers.
type result struct {
	status      int
	OK          bool            `json:"ok"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Result      json.RawMessage `json:"result"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// said is "" for a call that went well, and what was wrong otherwise.
func (r result) said() string {
	if r.OK {
		return ""
	}
	return strconv.Itoa(r.Code) + " " + r.Description
}

// args are parameters, a name and a value in turn.
func args(tb testing.TB, pairs ...any) url.Values {
	tb.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			tb.Fatalf("no name: %v", pairs[i])
		}
		switch v := pairs[i+1].(type) {
		case string:
			values.Set(name, v)
		case int:
			values.Set(name, strconv.Itoa(v))
		case int64:
			values.Set(name, strconv.FormatInt(v, 10))
		default:
			raw, err := json.Marshal(v)
			if err != nil {
				tb.Fatal(err)
			}
			values.Set(name, string(raw))
		}
	}
	return values
}

// call calls a method as a form, without a socket.
func (w *world) call(tb testing.TB, method string, pairs ...any) result {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, "http://server/bot"+token+"/"+method, strings.NewReader(args(tb, pairs...).Encode()))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return send(tb, w.Server, r)
}

func send(tb testing.TB, s *telegramsrv.Server, r *http.Request) result {
	tb.Helper()
	answer, err := s.Transport().RoundTrip(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		tb.Fatal(err)
	}
	got := result{status: answer.StatusCode}
	if err := json.Unmarshal(body, &got); err != nil {
		tb.Fatalf("no JSON: %s", body)
	}
	if !got.OK && got.status != got.Code {
		tb.Errorf("status %d, error_code %d", got.status, got.Code)
	}
	return got
}

// into reads a result.
func into[T any](tb testing.TB, r result) T {
	tb.Helper()
	var v T
	if !r.OK {
		tb.Fatalf("refused: %s", r.said())
	}
	if err := json.Unmarshal(r.Result, &v); err != nil {
		tb.Fatalf("%v: %s", err, r.Result)
	}
	return v
}

// updates takes the updates that wait, each as its kind and its JSON.
func (w *world) updates(tb testing.TB) []update {
	tb.Helper()
	raw := into[[]map[string]json.RawMessage](tb, w.call(tb, "getUpdates"))
	var all []update
	last := 0
	for _, u := range raw {
		for kind, body := range u {
			if kind == "update_id" {
				if err := json.Unmarshal(body, &last); err != nil {
					tb.Fatal(err)
				}
				continue
			}
			var m map[string]any
			if err := json.Unmarshal(body, &m); err != nil {
				tb.Fatal(err)
			}
			all = append(all, update{kind, m})
		}
	}
	w.call(tb, "getUpdates", "offset", last+1)
	return all
}

type update struct {
	kind string
	body map[string]any
}

// at is a field within fields of an update, nil if there is none.
func (u update) at(path ...string) any {
	var here any = u.body
	for _, name := range path {
		m, ok := here.(map[string]any)
		if !ok {
			return nil
		}
		here = m[name]
	}
	return here
}

func TestWhatTheBotSendsIsToldAsItIsTaken(t *testing.T) {
	var taken []string
	w := newWorld(t, func(c *telegramsrv.Config) { c.Taken = func(m telegramsrv.Message) { taken = append(taken, m.Text) } })
	chat := w.AddPrivate(w.ann)
	w.Say(chat, w.ann, "said by a person")
	for _, text := range []string{"1", "2", "3", "one too many"} {
		w.call(t, "sendMessage", "chat_id", chat, "text", text)
	}
	w.call(t, "editMessageText", "chat_id", chat, "message_id", 2, "text", "edited")
	if diff := cmp.Diff([]string{"1", "2", "3"}, taken); diff != "" {
		t.Error(diff)
	}
}

func TestAMessageGoesOutAndAnAnswerComesBack(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddPrivate(w.ann)
	w.Say(chat, w.ann, "/start x_1")
	got := w.updates(t)
	if len(got) != 1 || got[0].at("text") != "/start x_1" || got[0].at("from", "username") != "ann_of_kent" {
		t.Fatalf("updates: %v", got)
	}
	id := into[struct {
		ID int `json:"message_id"`
	}](t, w.call(t, "sendMessage", "chat_id", chat, "text", "<b>Hello</b> &amp; you", "parse_mode", "HTML")).ID
	m, ok := w.Last(chat)
	if !ok || m.ID != id || m.Text != "Hello & you" || m.Entities[0].Type != "bold" || m.Entities[0].Length != 5 {
		t.Errorf("stored %+v", m)
	}
	if got := w.call(t, "editMessageText", "chat_id", chat, "message_id", id, "text", "Bye"); !got.OK {
		t.Error(got.said())
	}
	if m, _ = w.Last(chat); m.Text != "Bye" || m.Edits() != 1 || m.Earlier[0].Text != "Hello & you" {
		t.Errorf("stored %+v", m)
	}
}
