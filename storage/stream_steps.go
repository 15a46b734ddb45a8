package storage

import (
	"time"

	"boardcast/bot"
)

// Move returns the stream with another start. One that is over, or that has begun, cannot be moved.
func (s *Stream) Move(to bot.When) (Stream, error) {
	moved := *s
	if s.State == Live || s.State == Ended {
		return Stream{}, s.refuse("stream.cannot_move")
	}
	if s.State == Announced && s.Start.At.Equal(to.At) && s.Start.Precision == to.Precision {
		return Stream{}, s.refuse("stream.not_moved")
	}
	moved.Earlier = append(append([]bot.When(nil), s.Earlier...), s.Start)
	moved.Start, moved.State = to, Announced
	return moved, nil
}

// Cancel returns the stream as cancelled.
func (s *Stream) Cancel() (Stream, error) {
	cancelled := *s
	if s.State == Ended || s.State == Live || s.State == Cancelled {
		return Stream{}, s.refuse("stream.cannot_cancel")
	}
	cancelled.State = Cancelled
	return cancelled, nil
}

// GoLive returns the stream as seen live at now.
func (s *Stream) GoLive(now time.Time) (Stream, error) {
	live := *s
	if s.State == Live || s.State == Ended {
		return Stream{}, s.refuse("stream.cannot_start")
	}
	live.State, live.Began, live.Finished = Live, now, time.Time{}
	return live, nil
}

// End returns the stream as seen to end at now.
func (s *Stream) End(now time.Time) (Stream, error) {
	ended := *s
	if s.State != Live && s.State != Due {
		return Stream{}, s.refuse("stream.cannot_end")
	}
	ended.State, ended.Finished = Ended, now
	return ended, nil
}

// refuse says that a stream cannot do that in the state that it is in.
func (s *Stream) refuse(key string) error {
	return bot.NewError(bot.Conflict, key, bot.Args{"ID": bot.Lit(s.ID), "State": bot.Say("state." + string(s.State))},
		bot.Press(bot.Lit("/show "+s.ID), "/show "+s.ID))
}
