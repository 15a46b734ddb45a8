package discord

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/sync/errgroup"

	"boardcast/bot"
)

// Config is what an [Adapter] is made of; every field is required but APIURL, DevGuild, Dial, HTTP, InFlight, Jitter,
// PerSecond and Shards.
type Config struct {
	Token  string
	APIURL string       // of a proxy of the REST API, without the version; empty: Discord's own
	HTTP   *http.Client // empty: one of its own
	// Dial reaches the gateway, whose address the REST API tells; nil: as the network does.
	Dial   func(ctx context.Context, network, addr string) (net.Conn, error)
	Shards int // 0: as many as Discord recommends
	// InFlight is how many posts may be under way at once, PerSecond how many requests Discord takes in a second; 0: sixteen, and fifty.
	InFlight, PerSecond int
	// DevGuild is the id of a guild to which the commands are published instead of everywhere; there they change at once.
	DevGuild string
	Commands []*bot.Command

	Words bot.Words
	Now   func() time.Time
	// Jitter returns a number from 0 to below 1, by which waits after errors differ from one process to another; nil: not at all.
	Jitter func() float64
	Log    *slog.Logger
	// Keep keeps a command line that is too long for a button, and returns the name that stands on it: up to 97 signs without a
	// space. Kept returns the line of a name, "" if it is not kept any more.
	Keep func(ctx context.Context, line string) (name string, err error)
	Kept func(ctx context.Context, name string) (line string, err error)
}

// Adapter is Discord. It opens nothing before Run is called; its methods may be called from many goroutines at once.
type Adapter struct {
	cfg      Config        // but for the token
	token    func() string // behind a function, for fmt looks into everything else
	client   *client
	me       atomic.Pointer[user] // the bot's own account, once it is known
	places   places
	managers *memory[bool]    // by "guild/user": whether they may manage the guild
	private  *memory[channel] // by the user whose private chat it is
	spread   *spreader
	tidy     *bot.Tidier
}

// New makes an adapter. An address or a token that can be none is an error.
func New(cfg Config) (*Adapter, error) {
	client, err := newClient(cfg.Token, cfg.APIURL, cfg.HTTP, newPacer(cfg.Now, cfg.InFlight, cfg.PerSecond))
	if err != nil {
		return nil, err
	}
	token := cfg.Token
	cfg.Token = ""
	a := &Adapter{cfg: cfg, token: func() string { return token }, client: client}
	a.places = newPlaces(a)
	a.managers = newMemory(cfg.Now, a.askStanding)
	a.private = newMemory(cfg.Now, a.openPrivate)
	a.spread = newSpreader(a)
	a.tidy = bot.NewTidier(cfg.Now, a.takeAway)
	return a, nil
}

// Messenger implements [bot.Adapter].
func (a *Adapter) Messenger() bot.Messenger { return bot.Discord }

// intents are what Discord is to tell us of: what happens to guilds and channels, and messages, of which it shows the words only where
// they are said to the bot. None of them is privileged.
const intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages

// stopGrace is how long what was taken in has to be finished after the end.
const stopGrace = 15 * time.Second

// Run publishes the commands and takes in what people say until ctx ends, and finishes what was taken in. What keeps it from that, such
// as a token that was reset, it says in the log, and goes on trying.
func (a *Adapter) Run(ctx context.Context, b bot.Bot) error {
	in := newInbox(a, b)
	gateway := newGateway(gatewayConfig{
		Token: a.token(), Intents: intents, Shards: a.cfg.Shards, Dial: a.cfg.Dial, Jitter: a.cfg.Jitter, Log: a.cfg.Log,
		Explain: explain, Info: func(ctx context.Context) (*discordgo.GatewayBotResponse, error) {
			info, err := call[discordgo.GatewayBotResponse](bot.Answering(ctx), a.client, http.MethodGet, discordgo.EndpointGatewayBot, nil)
			return &info, err
		},
	})
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.tidy.Run(ctx) })
	group.Go(func() error { return a.spread.run(ctx) })
	group.Go(func() error {
		if a.introduce(ctx) {
			a.publish(ctx)
		}
		return nil
	})
	group.Go(func() error {
		working, cut := outlasting(ctx, stopGrace)
		defer cut()
		gateway.run(ctx, func(_ context.Context, d dispatch) { in.take(working, d) })
		in.wait()
		return nil
	})
	return group.Wait()
}

// outlasting returns a context that goes on for some time after ctx has ended.
func outlasting(ctx context.Context, grace time.Duration) (longer context.Context, cut context.CancelFunc) {
	longer, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		bot.Pause(longer, grace)
		end()
	})
	return longer, func() { stop(); end() }
}

// whoAmI returns the bot's own account, which is asked for once.
func (a *Adapter) whoAmI(ctx context.Context) (user, error) {
	if me := a.me.Load(); me != nil {
		return *me, nil
	}
	me, err := call[user](ctx, a.client, http.MethodGet, discordgo.EndpointUser("@me"), nil)
	if err != nil {
		return user{}, err
	}
	a.me.Store(&me)
	return me, nil
}

// The waits between attempts to reach Discord.
const (
	firstWait = 2 * time.Second
	lastWait  = time.Minute
)

// introduce finds out who the bot is, as often as it takes; it returns false when it is time to stop. What is wrong with the token or
// the network is said by the gateway, which meets it at the same time.
func (a *Adapter) introduce(ctx context.Context) bool {
	ready := bot.Persist(ctx, firstWait, lastWait, func(ctx context.Context) error {
		_, err := a.whoAmI(ctx)
		return err
	})
	if ready {
		a.cfg.Log.InfoContext(ctx, "serving Discord", "bot", a.me.Load().Username)
	}
	return ready
}

// takeAway deletes the messages of a post.
func (a *Adapter) takeAway(ctx context.Context, _ bot.ChatID, id bot.MessageID) {
	channelID, messages, err := splitIDs(id)
	if err != nil {
		return
	}
	a.removeAll(ctx, channelID, messages)
}
