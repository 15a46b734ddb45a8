// Package discord is Discord as a messenger: it takes in what people type, choose and press there, and sends posts.
package discord

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// dialFunc connects to an address, as [net.Dialer.DialContext] does.
type dialFunc func(ctx context.Context, network, addr string) (net.Conn, error)

// gatewayConfig is what a gateway is made of.
type gatewayConfig struct {
	Token   string
	Intents discordgo.Intent
	Shards  int // 0: as many as Discord recommends
	// Info is GET /gateway/bot, and Explain what to log of an error of it: what is wrong, and what to do.
	Info    func(ctx context.Context) (*discordgo.GatewayBotResponse, error)
	Explain func(err error) string
	// Dial connects to an address; nil: over the network, by the proxy of the environment if it names one.
	Dial dialFunc
	// Jitter returns a number from 0 to below 1. It spreads the first heartbeats and lengthens waits; nil: 0.
	Jitter func() float64
	Log    *slog.Logger
}

// dispatch is an event, as Discord sent it.
type dispatch struct {
	Shard int
	Type  string
	Data  json.RawMessage
}

// handleDispatch does what an event asks for. It is called by whoever reads, and does not block for long: nothing else of its
// shard is read in the meantime, not even that Discord is alive.
type handleDispatch func(ctx context.Context, d dispatch)

// gateway takes in events.
type gateway struct {
	cfg       gatewayConfig
	directory *directory
	health    *gatewayHealth
}

func newGateway(cfg gatewayConfig) *gateway {
	cfg.Token = strings.TrimPrefix(cfg.Token, "Bot ")
	if cfg.Jitter == nil {
		cfg.Jitter = func() float64 { return 0 }
	}
	g := &gateway{cfg: cfg, directory: newDirectory(cfg.Info)}
	g.health = &gatewayHealth{log: cfg.Log, hide: g.hide, why: map[int]string{}}
	return g
}

// run keeps all shards connected until ctx ends, and hands over the events of each in their order, READY and RESUMED too; those of
// several shards at once. Whatever goes wrong is logged when it begins and when it is over, and tried again. At the end Discord is
// told that the sessions are over. It is called once.
func (g *gateway) run(ctx context.Context, handle handleDispatch) {
	for shards := 0; ctx.Err() == nil; {
		info, known := g.survey(ctx, shards)
		if !known || shards > 0 && !bot.Pause(ctx, startsApart) {
			return
		}
		if shards = g.cfg.Shards; shards == 0 {
			shards = info.Shards
		}
		g.serve(ctx, shards, newStarts(g.directory, info.SessionStartLimit.MaxConcurrency), handle)
	}
}

// survey asks how to connect, as often as it takes to learn it. Where Discord says how many shards there are, it goes on until
// that is more than before. It returns false when it is time to stop.
func (g *gateway) survey(ctx context.Context, before int) (info discordgo.GatewayBotResponse, known bool) {
	for failures := 1; ; failures++ {
		wait := g.backoff(failures)
		info, err := g.directory.get(ctx)
		switch {
		case ctx.Err() != nil:
			return info, false
		case err != nil:
			g.health.bad(ctx, 0, g.unasked(err))
		case g.cfg.Shards == 0 && info.Shards <= before:
			g.health.bad(ctx, 0, tooFewShards(before))
			g.directory.forget()
			wait = rareTry
		default:
			return info, true
		}
		if !bot.Pause(ctx, wait) {
			return info, false
		}
	}
}

// serve runs shards until ctx ends or Discord wants more of them.
func (g *gateway) serve(ctx context.Context, shards int, starts *starts, handle handleDispatch) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer starts.close()
	var running sync.WaitGroup
	for id := range shards {
		s := &shard{gateway: g, id: id, of: shards, starts: starts, handle: handle, outgrown: stop}
		running.Go(func() { s.run(ctx) })
	}
	running.Wait()
}

const (
	// longestWait is how long at most is waited after an error that may pass by itself.
	longestWait = time.Minute
	// rareTry is how far apart attempts are while somebody has to mend something. Each may cost one of the 1000 sessions that
	// Discord lets a bot begin in a day.
	rareTry = 5 * time.Minute
)

// backoff is how long to wait after so many failures in a row.
func (g *gateway) backoff(failures int) time.Duration {
	wait := time.Second
	for ; failures > 1 && wait < longestWait; failures-- {
		wait *= 2
	}
	wait = min(wait, longestWait)
	return wait + time.Duration(float64(wait)/5*g.cfg.Jitter())
}

// hide takes the token out of a text.
func (g *gateway) hide(text string) string {
	if g.cfg.Token == "" {
		return text
	}
	return strings.ReplaceAll(text, g.cfg.Token, "[token]")
}
