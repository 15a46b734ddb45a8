package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// paced is a messenger that takes 30 posts a second.
type paced struct{ *bottest.Sender }

func (paced) Pace() float64                             { return 30 }
func (paced) InFlight() int                             { return 8 }
func (paced) Room(bool) (posts int, wait time.Duration) { return 8, 0 }
func (paced) RoomIn(bot.ChatID, bool) time.Duration     { return 0 }
func (paced) TooMany() int64                            { return 2 }

// asked is what is answered at a path.
func asked(t *testing.T, served http.Handler, path string) (status int, body string) {
	t.Helper()
	answer := httptest.NewRecorder()
	served.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return answer.Code, answer.Body.String()
}

func TestFigures(t *testing.T) {
	t.Parallel()
	store, now := storagetest.Open(t, storage.Tables()...), time.Now()
	put := func(kind storage.NoticeKind, chat string, due time.Time, outcome storage.Outcome) {
		n := storage.Notice{
			Kind: kind, Scope: storage.Public, Stream: "s1", Occurrence: "1", Chat: chat, Messenger: bot.Telegram, Due: due, Until: due.Add(time.Hour),
			Outcome: outcome, Settled: now,
		}
		if err := store.Update(t.Context(), func(tx storage.Tx) error { return storage.Notices.Put(tx, n) }); err != nil {
			t.Fatal(err)
		}
	}
	put(storage.LiveNotice, "c1", now.Add(-2*time.Hour), storage.Queued)
	put(storage.LiveNotice, "c2", now.Add(time.Hour), storage.Queued)
	put(storage.EndedNotice, "c3", now, storage.Sending)
	put(storage.EndedNotice, "c4", now, storage.Uncertain)
	p := pulse{
		meter: scheduler.NewMeter(), senders: func() map[bot.Messenger]bot.Sender {
			return map[bot.Messenger]bot.Sender{bot.Telegram: paced{bottest.NewSender(time.Now)}, bot.Discord: bottest.NewSender(time.Now)}
		},
		warnings: func() []storage.Warning {
			return []storage.Warning{{Reason: storage.FanOutWarning, Messenger: bot.Telegram}}
		},
	}
	p.meter.Taken(bot.Telegram, storage.ReminderLane, 70*time.Millisecond, now)
	p.meter.Taken(bot.Telegram, storage.ReminderLane, 3*time.Hour, now)
	p.meter.Settled(bot.Telegram, storage.Sent)
	p.meter.Retried(bot.Telegram)
	p.meter.Edited(bot.Telegram)
	status, body := asked(t, p.figures(store, slog.New(slog.NewTextHandler(t.Output(), nil))), "/metrics")
	if status != http.StatusOK {
		t.Fatalf("status %d: %s", status, body)
	}
	want := `boardcast_chats_suspended{messenger="telegram"} 0
boardcast_edits_total{messenger="telegram"} 1
boardcast_notice_lateness_seconds_bucket{lane="reminder",messenger="telegram",le="0.05"} 0
boardcast_notice_lateness_seconds_bucket{lane="reminder",messenger="telegram",le="0.1"} 1
boardcast_notice_lateness_seconds_bucket{lane="reminder",messenger="telegram",le="3600"} 1
boardcast_notice_lateness_seconds_bucket{lane="reminder",messenger="telegram",le="+Inf"} 2
boardcast_notice_lateness_seconds_sum{lane="reminder",messenger="telegram"} 10800.07
boardcast_notice_lateness_seconds_count{lane="reminder",messenger="telegram"} 2
boardcast_notices_in_flight{messenger="telegram"} 1
boardcast_notices_owed{lane="live",messenger="telegram",state="later"} 1
boardcast_notices_owed{lane="live",messenger="telegram",state="ready"} 1
boardcast_notices_total{messenger="telegram",outcome="sent"} 1
boardcast_notices_uncertain{messenger="telegram"} 1
boardcast_pace_per_second{messenger="telegram"} 30
boardcast_rate_per_second{messenger="telegram"} 0.03333333333333333
boardcast_retries_total{messenger="telegram"} 1
boardcast_too_many_total{messenger="discord"} 0
boardcast_too_many_total{messenger="telegram"} 2
boardcast_warnings{reason="backlog"} 0
boardcast_warnings{reason="fanout"} 1
boardcast_warnings{reason="unreachable"} 0`
	left := regexp.MustCompile(`(?m)^(#.*|.*le="(0\.[25].*|[1-9]\d?\d?|2\.5|)"} .*|boardcast_oldest_due_seconds.*)\n`).ReplaceAllString(body, "")
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(strings.TrimSpace(left), "\n")); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	if oldest := regexp.MustCompile(`boardcast_oldest_due_seconds\{lane="live",messenger="telegram"\} 7[0-9]{3}\.`); !oldest.MatchString(body) {
		t.Errorf("the oldest has not waited for two hours:\n%s", body)
	}
	problems, err := promlint.New(strings.NewReader(body)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("the names and helps: %v, %v", problems, err)
	}
}

// nothing is the pulse of a program that has sent nothing.
func nothing() pulse {
	return pulse{senders: func() map[bot.Messenger]bot.Sender { return nil }, warnings: func() []storage.Warning { return nil }}
}

// TestFiguresThatCannotBeFoundOut are no zeros: the answer is an error, and the program is not well.
func TestFiguresThatCannotBeFoundOut(t *testing.T) {
	t.Parallel()
	store := storagetest.Faulty(storagetest.Open(t), 3, storagetest.KillBefore)
	served := nothing().figures(store, slog.New(slog.DiscardHandler))
	if status, body := asked(t, served, "/healthz"); status != http.StatusOK || body != "ok\n" {
		t.Errorf("health of a store that can be read: %d %q", status, body)
	}
	if status, body := asked(t, served, "/metrics"); status != http.StatusOK {
		t.Errorf("figures of a store that can be read: %d %q", status, body)
	}
	if status, body := asked(t, served, "/healthz"); status != http.StatusServiceUnavailable || body != "the store cannot be read\n" {
		t.Errorf("health of a store that cannot be read: %d %q", status, body)
	}
	if status, body := asked(t, served, "/metrics"); status != http.StatusInternalServerError {
		t.Errorf("figures of a store that cannot be read: %d %q", status, body)
	}
	if status, _ := asked(t, served, "/"); status != http.StatusNotFound {
		t.Errorf("another path: %d", status)
	}
}

// stuck is a store that answers nobody.
type stuck struct{ storage.Store }

func (stuck) View(ctx context.Context, _ func(storage.Reader) error) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestAStoreThatDoesNotAnswerIsNotWell(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		status, body := asked(t, nothing().figures(stuck{}, slog.New(slog.DiscardHandler)), "/healthz")
		if status != http.StatusServiceUnavailable || body != "the store does not answer\n" {
			t.Errorf("health: %d %q", status, body)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("it said so after %s, want 1 s", took)
		}
		synctest.Wait()
	})
}
