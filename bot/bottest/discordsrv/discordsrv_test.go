package discordsrv_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"boardcast/bot/bottest/discordsrv"
)

const token = "NzcwMDAwMDAwMDAwMDAwMDAx.secret.of-the-bot"

// world is a server with a clock that a test moves, a guild and a few people.
type world struct {
	*discordsrv.Server
	now      time.Time
	guild    discordsrv.Guild
	channel  string
	ann, bob string
}

func newWorld(tb testing.TB, change func(*discordsrv.Config)) *world {
	tb.Helper()
	w := &world{now: time.Date(2026, time.November, 2, 9, 0, 0, 0, time.UTC)}
	cfg := discordsrv.Config{Token: token, Username: "board", Now: func() time.Time { return w.now }, Unlimited: true}
	if change != nil {
		change(&cfg)
	}
	w.Server = discordsrv.New(cfg)
	w.ann = w.AddUser(discordsrv.User{Username: "ann"}).ID
	w.bob = w.AddUser(discordsrv.User{Username: "bob", Locale: "fr"}).ID
	w.guild = w.AddGuild(discordsrv.Place{Name: "Cars", Owner: w.ann, Members: []discordsrv.Member{{User: w.bob}}})
	w.channel = w.guild.SystemChannel
	tb.Cleanup(w.Close)
	return w
}

// object is a JSON object.
type object = map[string]any

// result is what the server answers.
type result struct {
	status int
	header http.Header
	raw    []byte
}

// said is "" for a call that went well, and what was wrong otherwise.
func (r result) said() string {
	if r.status < 400 {
		return ""
	}
	var e struct {
		Code    int
		Message string
	}
	if json.Unmarshal(r.raw, &e) != nil {
		return strconv.Itoa(r.status) + " " + string(r.raw)
	}
	return strconv.Itoa(r.status) + " " + strconv.Itoa(e.Code) + " " + e.Message
}

// body is the object that came.
func (r result) body(tb testing.TB) object {
	tb.Helper()
	var o object
	if err := json.Unmarshal(r.raw, &o); err != nil {
		tb.Fatalf("no object: %s", r.raw)
	}
	return o
}

// at is a field within fields, or within lists by their index, nil if there is none.
func at(here any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			o, ok := here.(map[string]any)
			if !ok {
				return nil
			}
			here = o[step]
		case int:
			l, ok := here.([]any)
			if !ok || step >= len(l) {
				return nil
			}
			here = l[step]
		}
	}
	return here
}

// wrong are the paths and codes of what a form has wrong.
func (r result) wrong(tb testing.TB) map[string]string {
	tb.Helper()
	found := map[string]string{}
	var walk func(path string, here any)
	walk = func(path string, here any) {
		o, ok := here.(map[string]any)
		if !ok {
			return
		}
		for name, v := range o {
			if code, ok := at(v, 0, "code").(string); name == "_errors" && ok {
				found[path] = code
				continue
			}
			below := name
			if path != "" {
				below = path + "." + name
			}
			walk(below, v)
		}
	}
	walk("", r.body(tb)["errors"])
	return found
}

// call calls a route with a body, without a socket.
func (w *world) call(tb testing.TB, method, path string, body any) result {
	tb.Helper()
	raw, kind := []byte(nil), "application/json"
	switch body := body.(type) {
	case nil:
		kind = ""
	case string:
		raw = []byte(body)
	default:
		var err error
		if raw, err = json.Marshal(body); err != nil {
			tb.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(tb.Context(), method, "https://discord.example/api/v10/"+path, bytes.NewReader(raw))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bot "+token)
	return w.roundTrip(tb, r)
}

func (w *world) roundTrip(tb testing.TB, r *http.Request) result {
	tb.Helper()
	answer, err := w.Transport().RoundTrip(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return result{answer.StatusCode, answer.Header, raw}
}

// send sends a message and returns its id.
func (w *world) send(tb testing.TB, channel string, body object) string {
	tb.Helper()
	r := w.call(tb, http.MethodPost, "channels/"+channel+"/messages", body)
	if said := r.said(); said != "" {
		tb.Fatalf("refused: %s %s", said, r.raw)
	}
	return r.id(tb)
}

// id is that of what was made.
func (r result) id(tb testing.TB) string {
	tb.Helper()
	id, ok := r.body(tb)["id"].(string)
	if !ok {
		tb.Fatalf("no id: %s", r.raw)
	}
	return id
}

func text(s string) object { return object{"content": s} }
