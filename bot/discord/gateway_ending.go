package discord

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"boardcast/bot"

	"github.com/gorilla/websocket"
)

// ending is how a connection ended, or why there was none, and what follows.
type ending struct {
	// why says for whoever runs the program what is the matter and what to do: the same words whenever it is the same.
	why string
	err error

	fresh    bool // the session is over; what comes next is a new one
	routine  bool // it happens; only if it happens again and again it is trouble
	hopeless bool // it stays until somebody mends it
	outgrown bool // Discord wants more shards
	// atLeast is how long to wait before the next attempt.
	atLeast time.Duration
}

// The codes with which Discord closes a connection, as far as they are told apart.
const (
	closeTokenRefused   = 4004
	closeBadSequence    = 4007
	closeTooFast        = 4008
	closeSessionTimeout = 4009
	closeBadShard       = 4010
	closeMoreShards     = 4011
	closeBadVersion     = 4012
	closeBadIntents     = 4013
	closeIntentsRefused = 4014
)

// closedEnding is what follows from a code. Of those that it does not know the session goes on, as Discord's list has it of most.
func closedEnding(closed *websocket.CloseError, ready bool) ending {
	end := ending{err: closed, why: hopelessWhy(closed.Code)}
	if end.why != "" {
		end.fresh, end.hopeless, end.outgrown = true, true, closed.Code == closeMoreShards
		return end
	}
	end.routine = ready
	end.why = fmt.Sprintf("Discord closes the connection with code %d; boardcast connects again", closed.Code)
	switch closed.Code {
	case websocket.CloseAbnormalClosure:
		end.why = cutWhy
	case closeBadSequence, closeSessionTimeout:
		end.fresh, end.routine = true, true
	case closeTooFast:
		end.routine, end.atLeast = false, longestWait
	}
	return end
}

const cutWhy = "the connection to Discord is cut; boardcast connects again"

// hopelessWhy explains the codes after which it does not help to try again soon, and is "" for the others.
func hopelessWhy(code int) string {
	const again = "; boardcast tries again every five minutes"
	switch code {
	case closeTokenRefused:
		return "Discord says that the token is wrong or was revoked; get a new one in the developer portal (Bot, Reset Token) and set discord.token" + again
	case closeBadShard:
		return `Discord refuses the number of a shard; set discord.shards to "auto"` + again
	case closeMoreShards:
		return `this bot is in more servers than its shards may serve; set discord.shards to "auto" or to a larger number` + again
	case closeBadVersion:
		return "Discord no longer serves the version of its gateway that boardcast speaks; update boardcast" + again
	case closeBadIntents:
		return "Discord does not know the intents that boardcast asks for; update boardcast" + again
	case closeIntentsRefused:
		return "Discord refuses the intents, though boardcast asks for no privileged one: look in the developer portal whether " +
			"discord.token is of the right application and whether Discord has restricted it" + again
	}
	return ""
}

// outgrown says that Discord wants more shards, when it is to be asked how many.
func outgrown(shards int, err error) ending {
	return ending{why: fmt.Sprintf("this bot is in more servers than %d shards may serve; boardcast asks Discord how many it wants", shards), err: err}
}

// tooFewShards says that Discord wants more shards, and does not say how many.
func tooFewShards(shards int) ending {
	return ending{
		why: fmt.Sprintf("Discord refuses %d shards as too few but recommends no more; set discord.shards to a larger number", shards),
		err: &websocket.CloseError{Code: closeMoreShards},
	}
}

// unasked is the ending of a connection of which it is not even known where it leads.
func (g *gateway) unasked(err error) ending {
	if none, ok := errors.AsType[*noStartsError](err); ok {
		return ending{
			why: fmt.Sprintf("the %d sessions that Discord lets this bot begin in a day are used up; boardcast goes on when there are more",
				none.Total),
			err: err, atLeast: none.After,
		}
	}
	return ending{why: g.cfg.Explain(err), err: err}
}

// unreached is the ending of a connection that was not made.
func unreached(host string, status int, err error) ending {
	if errors.Is(err, websocket.ErrBadHandshake) {
		return ending{why: fmt.Sprintf("%s answers with HTTP %d and not as a gateway; boardcast goes on trying", host, status), err: err}
	}
	return ending{why: fmt.Sprintf("cannot reach %s: %s; is the network up?", host, bot.NetworkTrouble(err)), err: err}
}

// gatewayAddress is where to connect for a URL of Discord's, or an error if it can be none.
func gatewayAddress(from string) (*url.URL, error) {
	address, err := url.Parse(from)
	switch {
	case err != nil:
		return nil, errors.New("the gateway of Discord has an address that cannot be read") // the library's error would quote it
	case address.Scheme != "wss" && address.Scheme != "ws", address.Host == "", address.User != nil:
		return nil, errors.New("the address of Discord's gateway is not that of a websocket")
	}
	if address.Path == "" {
		address.Path = "/"
	}
	address.RawQuery = "v=10&encoding=json"
	return address, nil
}
