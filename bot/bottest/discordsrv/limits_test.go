package discordsrv_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/discordsrv"
)

func limited(c *discordsrv.Config) { c.Unlimited = false }

// pattern does one call after another, and writes what came: "." or "x" for a 429.
func pattern(n int, call func() result) string {
	var got strings.Builder
	for range n {
		if call().status == http.StatusTooManyRequests {
			got.WriteByte('x')
		} else {
			got.WriteByte('.')
		}
	}
	return got.String()
}

func TestAChannelTakesFiveMessagesInFiveSeconds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, limited)
	post := func(channel string) func() result {
		return func() result { return w.call(t, http.MethodPost, "channels/"+channel+"/messages", text("a")) }
	}
	first := post(w.channel)()
	w.now = w.now.Add(time.Second)
	got := pattern(6, post(w.channel))
	other := pattern(5, post(w.AddChannel(w.guild.ID, discordsrv.Channel{}).ID))
	if got != "....xx" || other != "....." || w.TooMany() != 2 {
		t.Errorf("got %s, elsewhere %s, %d in all", got, other, w.TooMany())
	}
	refused := post(w.channel)()
	if diff := cmp.Diff(object{"message": "You are being rate limited.", "retry_after": 4.0, "global": false}, refused.body(t)); diff != "" {
		t.Error(diff)
	}
	headers := func(r result) map[string]string {
		found := map[string]string{}
		for name := range r.header {
			if strings.HasPrefix(name, "X-Ratelimit") || name == "Retry-After" {
				found[name] = r.header.Get(name)
			}
		}
		return found
	}
	bucket := first.header.Get("X-RateLimit-Bucket")
	if diff := cmp.Diff(map[string]string{
		"X-Ratelimit-Limit": "5", "X-Ratelimit-Remaining": "4", "X-Ratelimit-Reset": "1793610005.000", "X-Ratelimit-Reset-After": "5.000",
		"X-Ratelimit-Bucket": bucket,
	}, headers(first)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{
		"X-Ratelimit-Limit": "5", "X-Ratelimit-Remaining": "0", "X-Ratelimit-Reset": "1793610005.000", "X-Ratelimit-Reset-After": "4.000",
		"X-Ratelimit-Bucket": bucket, "X-Ratelimit-Scope": "user", "Retry-After": "4",
	}, headers(refused)); diff != "" {
		t.Error(diff)
	}
	w.now = w.now.Add(4 * time.Second)
	if got := pattern(6, post(w.channel)); got != ".....x" {
		t.Errorf("after that: %s", got)
	}
}

func TestThereAreFiftyCallsASecondInAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, limited)
	path := "channels/" + w.channel
	got := pattern(25, func() result { return w.call(t, http.MethodGet, path, nil) })
	got += pattern(26, func() result { return w.call(t, http.MethodGet, "guilds/"+w.guild.ID, nil) })
	if got != strings.Repeat(".", 50)+"x" {
		t.Error(got)
	}
	r := w.call(t, http.MethodGet, path, nil)
	if r.header.Get("X-RateLimit-Global") != "true" || r.header.Get("X-RateLimit-Scope") != "global" || r.body(t)["global"] != true {
		t.Errorf("answered %v %s", r.header, r.raw)
	}
	for _, path := range []string{"interactions/1/x/callback", "webhooks/" + w.Me().ID + "/x"} {
		if r := w.call(t, http.MethodPost, path, object{"type": 1}); r.status != http.StatusNotFound {
			t.Errorf("%s is exempt, and yet: %s", path, r.said())
		}
	}
}
