package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// options are what the verbs that run the program are told.
type options struct {
	messenger bot.Messenger
	binary    string        // of the program; empty: it is built
	inFlight  int           // posts that may be under way at once; 0: as the program has it
	perSecond int           // posts a second that the program keeps to; 0: as the program has it
	latency   time.Duration // of a request and its answer together, beside what the socket takes
	perGuild  int           // channels of a guild, on Discord
	unlimited bool          // the server takes whatever comes
	quiet     time.Duration // without a message, after which no double is expected any more
	json      bool
}

// bind declares the flags that the verbs share.
func (o *options) bind(set *flag.FlagSet) {
	o.messenger = bot.Telegram
	set.Func("messenger", "`telegram` or discord (default telegram)", func(name string) error {
		o.messenger = bot.Messenger(name)
		if o.messenger != bot.Telegram && o.messenger != bot.Discord {
			return errors.New("must be telegram or discord")
		}
		return nil
	})
	set.StringVar(&o.binary, "binary", "", "the boardcast `file` to run (default: it is built from ./cmd/boardcast)")
	set.IntVar(&o.inFlight, "in-flight", 0, "posts under way at once, for the program (default: as it is without the key)")
	set.IntVar(&o.perSecond, "per-second", 0, "posts a second, for the program (default: as it is without the key)")
	set.DurationVar(&o.latency, "latency", 0, "how long a request and its answer are on their way, together")
	set.IntVar(&o.perGuild, "per-guild", 40, "channels a guild, on Discord")
	set.BoolVar(&o.unlimited, "unlimited", false, "the server has no limits: what the program itself takes is measured")
	set.DurationVar(&o.quiet, "quiet", usualQuiet, "how long after the last notice to wait for doubles")
	set.BoolVar(&o.json, "json", false, "report as JSON")
}

// environ is what the program is told beside where the server is.
func (o *options) environ(path string) []string {
	prefix := "BOARDCAST_" + strings.ToUpper(string(o.messenger)) + "_"
	all := []string{"BOARDCAST_STORAGE_PATH=" + path}
	if o.inFlight > 0 {
		all = append(all, prefix+"IN_FLIGHT="+strconv.Itoa(o.inFlight))
	}
	if o.perSecond > 0 {
		all = append(all, prefix+"PER_SECOND="+strconv.Itoa(o.perSecond))
	}
	return all
}

// deliveryOptions are what the verb delivery is told.
type deliveryOptions struct {
	options
	chats, kills int
	live         bool
	kind         storage.NoticeKind // of the notice that all chats are told
	ahead        time.Duration      // how long before it is due the program starts
	sweep        []int              // numbers of chats to measure one after another
}

const (
	usualChats = 1000
	usualAhead = 3 * time.Second
	usualQuiet = 3 * time.Second
)

// readDelivery reads the command line of the verb delivery.
func readDelivery(args []string, stderr io.Writer) (deliveryOptions, error) {
	o := deliveryOptions{kind: storage.AnnouncedNotice}
	set := flag.NewFlagSet("bench delivery", flag.ContinueOnError)
	set.SetOutput(stderr)
	o.bind(set)
	set.IntVar(&o.chats, "chats", usualChats, "how many chats are told")
	set.IntVar(&o.kills, "kills", 0, "how often the program is killed meanwhile, evenly over the chats, and started again at once")
	set.BoolVar(&o.live, "live", false, "meanwhile five streams go live, each watched by one more chat")
	set.DurationVar(&o.ahead, "ahead", usualAhead, "how long before the notice is due the program starts; a reminder is due at the next whole minute behind that")
	set.Func("notice", "what all chats are told: `announced` or reminder (default announced)", func(name string) error {
		o.kind = storage.NoticeKind(name)
		if o.kind != storage.AnnouncedNotice && o.kind != storage.ReminderNotice {
			return errors.New("must be announced or reminder")
		}
		return nil
	})
	set.Func("sweep", "numbers of `chats`, such as 1000,10000,100000, to compare on a server without limits", func(list string) (err error) {
		o.sweep, err = numbers(list)
		return err
	})
	if err := parse(set, args); err != nil {
		return o, err
	}
	return o, o.check()
}

// check says what does not go together.
func (o *deliveryOptions) check() error {
	switch {
	case o.chats < 1 || o.kills < 0 || o.perGuild < 1 || o.latency < 0 || o.ahead < 0 || o.quiet < 0:
		return &usageError{errors.New("--chats and --per-guild must be 1 or more, and nothing may be negative")}
	case o.live && o.kills > 0:
		return &usageError{errors.New("--live and --kills do not go together: a command that is said to a program that is killed is nobody's measure")}
	case o.kills >= o.chats:
		return &usageError{errors.New("--kills must be fewer than --chats")}
	}
	return nil
}

// parse reads flags and takes nothing else.
func parse(set *flag.FlagSet, args []string) error {
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return &usageError{err}
	}
	if set.NArg() > 0 {
		return &usageError{fmt.Errorf("%s takes flags only, not %q", set.Name(), set.Arg(0))}
	}
	return nil
}

// numbers reads a list of numbers of chats, with commas between, and sorts it.
func numbers(list string) ([]int, error) {
	var all []int
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 {
			return nil, errors.New("must be numbers of chats with commas between, such as 1000,10000")
		}
		all = append(all, n)
	}
	slices.Sort(all)
	return all, nil
}
