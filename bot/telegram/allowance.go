package telegram

import "time"

// What Telegram takes in a chat, a little less than those found who measured it.
const (
	aChatsSecond = 1050 * time.Millisecond // between two messages, in the long run
	aChatsMinute = 61 * time.Second
	sendBurst    = 3 // that may come at once
	editBurst    = 4
	groupSends   = 20 // in a minute
	groupEdits   = 28
	carefulFor   = 10 * time.Minute // after a refusal less is asked of a chat
)

// allowance is what a chat takes.
type allowance struct {
	every     time.Duration
	burst     int
	perMinute int // 0: as much as every says
}

// takesOf is what a chat takes of messages, or of edits. The numbers of groups and channels are below zero.
func takesOf(chat int64, edit bool) allowance {
	a := allowance{every: aChatsSecond, burst: sendBurst, perMinute: groupSends}
	if edit {
		a.burst, a.perMinute = editBurst, groupEdits
	}
	if chat >= 0 {
		a.perMinute = 0
	}
	return a
}

// half is what answers may take of it, so that a notice always finds room: half as much in the long run, and all but one of a burst of
// three.
func (a allowance) half() allowance {
	return allowance{every: 2 * a.every, burst: (a.burst + 1) / 2, perMinute: (a.perMinute + 1) / 2}
}

// less is what is asked of a chat that was too much.
func (a allowance) less() allowance {
	return allowance{every: 2 * a.every, burst: 1, perMinute: (a.perMinute + 1) / 2}
}

// chatPace is what was sent to a chat lately.
type chatPace struct {
	sends, edits  spending
	held, careful time.Duration // until when it is left alone, and gets less
}

func (c *chatPace) of(edit bool) *spending {
	if edit {
		return &c.edits
	}
	return &c.sends
}

// rests reports whether nothing is to be remembered of a chat.
func (c *chatPace) rests(now time.Duration) bool {
	return c.held <= now && c.careful <= now && c.sends.all.rests(now) && c.edits.all.rests(now) &&
		c.sends.answers.rests(now) && c.edits.answers.rests(now)
}

// spending is what was used of an allowance, and how much of that by answers.
type spending struct{ all, answers spent }

// spent is what was used of an allowance. A call is used when it is over: by then Telegram has counted it, so that the next cannot come
// earlier than it seems.
type spent struct {
	flying int
	full   time.Duration   // when nothing of a burst will be used any more
	minute []time.Duration // the last ones, the oldest first, where a minute is counted
}

// wait is how long it is until one more call may leave, and behind it, within the minute, the other messages of its post.
func (s *spent) wait(now time.Duration, a allowance, messages int) time.Duration {
	wait := max(s.full-now, 0) + time.Duration(s.flying+1-a.burst)*a.every
	if a.perMinute == 0 {
		return wait
	}
	minute := s.lately(now)
	switch over := s.flying + len(minute) + min(messages, a.perMinute) - a.perMinute; {
	case over <= 0:
		return wait
	case over <= len(minute):
		return max(wait, minute[over-1]+aChatsMinute-now)
	default:
		return max(wait, aChatsMinute)
	}
}

// leave counts a call that is over.
func (s *spent) leave(now time.Duration, a allowance) {
	s.flying--
	s.full = max(s.full, now) + a.every
	if a.perMinute > 0 {
		s.minute = append(s.lately(now), now)
	}
}

// lately are the calls of the last minute.
func (s *spent) lately(now time.Duration) []time.Duration {
	for len(s.minute) > 0 && s.minute[0]+aChatsMinute <= now {
		s.minute = s.minute[1:]
	}
	return s.minute
}

func (s *spent) rests(now time.Duration) bool {
	return s.flying == 0 && s.full <= now && len(s.lately(now)) == 0
}
