package discord

import (
	"context"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/sync/errgroup"

	"boardcast/bot"
)

// spreader publishes messages of announcement channels to the channels of other servers that follow them. It does so behind the
// backs of those who send: what was sent is sent, whatever becomes of this.
type spreader struct {
	adapter *Adapter
	lanes   *bot.Lanes
	due     chan spreading
}

// spreading is a message to be published.
type spreading struct{ channel, message string }

// The bounds of publishing.
const (
	mostSpreading  = 1000             // that wait; what is more is not published
	spreadAtOnce   = 8                // channels
	spreadPatience = 30 * time.Second // for one message
	spreadGrace    = 5 * time.Second  // for all that are left at the end
)

func newSpreader(a *Adapter) *spreader {
	return &spreader{adapter: a, lanes: bot.NewLanes(spreadAtOnce, spreadPatience), due: make(chan spreading, mostSpreading)}
}

// later has a message published, if its channel is one that others can follow.
func (s *spreader) later(ctx context.Context, channelID, message string) {
	select {
	case s.due <- spreading{channelID, message}:
	default:
		s.adapter.cfg.Log.WarnContext(ctx, "message not published to those who follow its channel: too many wait", "channel", channelID)
	}
}

// run publishes messages, those of a channel in their order, until ctx ends, and then those that are left, as far as there is time.
func (s *spreader) run(ctx context.Context) error {
	working, cut := outlasting(ctx, spreadGrace)
	defer cut()
	var inHand errgroup.Group
	inHand.SetLimit(spreadAtOnce)
	for next, ok := s.next(ctx); ok; next, ok = s.next(ctx) {
		turn := s.lanes.Join(next.channel)
		inHand.Go(func() error {
			turn.Run(working, func(ctx context.Context) { s.publish(ctx, next) })
			return nil
		})
	}
	return inHand.Wait()
}

// next waits for a message to publish. When ctx has ended it returns what is left.
func (s *spreader) next(ctx context.Context) (spreading, bool) {
	select {
	case next := <-s.due:
		return next, true
	case <-ctx.Done():
	}
	select {
	case next := <-s.due:
		return next, true
	default:
		return spreading{}, false
	}
}

// publish publishes one message. Discord allows ten an hour in a channel; what is more stays in the channel alone.
func (s *spreader) publish(ctx context.Context, m spreading) {
	a := s.adapter
	err := insistently(ctx, func() error {
		c, err := a.places.channels.of(ctx, m.channel, rememberFor)
		if err != nil || c.Type != announcementChannel {
			return err
		}
		_, err = call[sent](ctx, a.client, http.MethodPost, discordgo.EndpointChannelMessageCrosspost(m.channel, m.message), nil)
		return err
	})
	if err != nil && !hasCode(err, codeCrossposted) {
		a.cfg.Log.WarnContext(ctx, "message not published to those who follow its channel", "channel", m.channel, "why", explain(err))
	}
}
