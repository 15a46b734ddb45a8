package bot

import (
	"context"
	"sync"
	"time"
)

// Urgency says who goes first where there is not room for all.
type Urgency uint8

// The urgencies, the highest first.
const (
	UrgentAnswer Urgency = iota // somebody waits for it
	UrgentNotice
	UrgentEdit // it yields to all else
)

// How long calls wait for their turn.
const (
	noticePatience = 500 * time.Millisecond // a notice that must wait longer lets others go first
	// LongPatience is that of answers, and of what must be finished because its beginning has been sent.
	LongPatience = 10 * time.Second
)

type (
	answeringKey struct{}
	patienceKey  struct{}
	leavingKey   struct{}
)

// Answering returns a context whose calls are answers that somebody waits for.
func Answering(ctx context.Context) context.Context {
	return context.WithValue(ctx, answeringKey{}, true)
}

// IsAnswering reports whether the calls of a context are answers.
func IsAnswering(ctx context.Context) bool { return ctx.Value(answeringKey{}) != nil }

// Patient returns a context whose calls wait for their turn as long as it says, whatever their urgency.
func Patient(ctx context.Context, patience time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, patience)
}

// patienceOf is how long the calls of a context wait.
func patienceOf(ctx context.Context) time.Duration {
	if patience, ok := ctx.Value(patienceKey{}).(time.Duration); ok {
		return patience
	}
	if IsAnswering(ctx) {
		return LongPatience
	}
	return noticePatience
}

// Leaving returns a context that has a function called when the first of its calls has its turn. From then on [Pacing.Room] counts that
// call, which until then only the caller knows to be coming.
func Leaving(ctx context.Context, left func()) context.Context {
	return context.WithValue(ctx, leavingKey{}, sync.OnceFunc(left))
}

// tellLeaving calls the function of [Leaving], if there is one.
func tellLeaving(ctx context.Context) {
	if left, ok := ctx.Value(leavingKey{}).(func()); ok {
		left()
	}
}
