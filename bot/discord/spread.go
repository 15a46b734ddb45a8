package discord

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// spreader publishes messages of announcement channels to the channels of other servers that follow them. It does so behind the
// backs of those who send: what was sent is sent, whatever becomes of this.
type spreader struct {
	adapter *Adapter
	due     chan spreading
}

// spreading is a message to be published.
type spreading struct{ channel, message string }

// The bounds of publishing.
const (
	mostSpreading  = 1000            // that wait; what is more is not published
	spreadPatience = 2 * time.Minute // after which it is of no more use
	spreadTries    = 3
)

func newSpreader(a *Adapter) *spreader {
	return &spreader{adapter: a, due: make(chan spreading, mostSpreading)}
}

// later has a message published, if its channel is one that others can follow.
func (s *spreader) later(channelID, message string) {
	select {
	case s.due <- spreading{channelID, message}:
	default:
	}
}

// run publishes messages in their order until ctx ends, and then those that are left, as far as there is time.
func (s *spreader) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			s.rest(ctx)
			return nil
		case next := <-s.due:
			s.publish(ctx, next)
		}
	}
}

func (s *spreader) rest(ctx context.Context) {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	for ctx.Err() == nil {
		select {
		case next := <-s.due:
			s.publish(ctx, next)
		default:
			return
		}
	}
}

// publish publishes one message. Discord allows ten an hour in a channel; what is more stays in the channel alone.
func (s *spreader) publish(ctx context.Context, m spreading) {
	a := s.adapter
	ctx, cancel := context.WithTimeout(ctx, spreadPatience)
	defer cancel()
	c, err := a.places.channels.of(ctx, m.channel, rememberFor)
	if err == nil && c.Type != announcementChannel {
		return
	}
	for try := 1; err == nil; try++ {
		_, err = call[sent](ctx, a.client, http.MethodPost, discordgo.EndpointChannelMessageCrosspost(m.channel, m.message), nil)
		retry, again := errors.AsType[*bot.RetryError](sendError(err))
		unknown, lost := errors.AsType[*bot.UnknownError](sendError(err))
		_ = unknown
		wait := time.Second << try
		if again && retry.After > 0 {
			wait = retry.After
		}
		if !again && !lost || try == spreadTries || wait > spreadPatience || !bot.Pause(ctx, wait) {
			break
		}
		err = nil
	}
	if err != nil && !isEnded(err) {
		a.cfg.Log.WarnContext(ctx, "message not published to those who follow its channel", "channel", m.channel, "why", explain(err))
	}
}
