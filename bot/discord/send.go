package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// sent is what Discord says of a message that it has taken.
type sent struct {
	ID string `json:"id"`
}

// creation is a message to be sent to a channel.
type creation struct {
	draft
	Nonce     string     `json:"nonce,omitempty"`
	Enforce   bool       `json:"enforce_nonce,omitempty"`
	Reference *reference `json:"message_reference,omitempty"`
}

// reference makes a message a reply to another, or to nothing where that is gone.
type reference struct {
	MessageID string `json:"message_id"`
	Must      bool   `json:"fail_if_not_exists"`
}

// nonceMemory is how long Discord knows a nonce again: "a few minutes", of which this is sure.
const nonceMemory = 2 * time.Minute

// Remembers implements [bot.Remembering].
func (a *Adapter) Remembers() time.Duration { return nonceMemory }

// Send posts to a channel, in several messages if it takes them. While Discord remembers the nonce, the same post sent again is the
// same messages.
func (a *Adapter) Send(ctx context.Context, to bot.ChatID, p bot.Post, nonce string) (bot.MessageID, error) {
	id, err := channelOf(to)
	if err != nil {
		return "", &bot.RefusedError{Why: err.Error()}
	}
	messages, err := a.post(ctx, id, p, creation{Nonce: nonce})
	if p.Spread {
		for _, message := range messages {
			a.spread.later(ctx, id, message)
		}
	}
	return joinIDs(id, messages), sendError(err)
}

// Edit changes what was sent. A message that is gone is sent anew, without a sound.
func (a *Adapter) Edit(ctx context.Context, to bot.ChatID, id bot.MessageID, p bot.Post) (bot.MessageID, error) {
	at, err := channelOf(to)
	stands, old, idErr := splitIDs(id)
	if err = errors.Join(err, idErr); err != nil {
		return "", &bot.RefusedError{Why: err.Error()}
	}
	if stands == at {
		messages, err := a.change(ctx, at, old, p)
		if !hasCode(err, codeUnknownMessage) {
			return joinIDs(at, messages), sendError(err)
		}
	}
	if len(p.Body) == 0 {
		return "", &bot.RefusedError{Why: "the message is gone, and all that is left of it would be to point at another"}
	}
	p.Silent = true
	messages, err := a.anew(ctx, at, id, p)
	if err == nil && stands == at && len(old) > 1 {
		a.removeAll(ctx, at, old) // of several messages only one may be gone
	}
	return joinIDs(at, messages), sendError(err)
}

// anew sends a post in the place of a message that is gone. Tried again with the same words it is the same messages.
func (a *Adapter) anew(ctx context.Context, channelID string, gone bot.MessageID, p bot.Post) ([]string, error) {
	drafts, err := a.drafts(ctx, p)
	if err != nil {
		return nil, err
	}
	words, err := json.Marshal(drafts)
	if err != nil {
		return nil, fmt.Errorf("write a message: %w", err)
	}
	digest := fnv.New64a()
	_, _ = digest.Write([]byte(gone)) // which never fails
	_, _ = digest.Write(words)
	return a.sendAll(ctx, channelID, drafts, creation{Nonce: "a" + strconv.FormatUint(digest.Sum64(), 36)})
}

// post sends what a post takes.
func (a *Adapter) post(ctx context.Context, channelID string, p bot.Post, first creation) ([]string, error) {
	drafts, err := a.drafts(ctx, p)
	if err != nil {
		return nil, err
	}
	return a.sendAll(ctx, channelID, drafts, first)
}

// sendAll sends messages that are one post, one after another. Once the first of them stands, the others are worth some patience; what
// cannot be sent even so is left out, for to send all of it once more would say the beginning twice.
func (a *Adapter) sendAll(ctx context.Context, channelID string, drafts []draft, first creation) ([]string, error) {
	var done []string
	for i, d := range drafts {
		next := first
		next.draft = d
		next.Nonce, next.Enforce = nonceOf(first.Nonce, i), first.Nonce != ""
		if i == 0 {
			message, err := a.create(ctx, channelID, next)
			if err != nil {
				return nil, err
			}
			done = append(done, message)
			continue
		}
		next.Reference = nil
		next.Flags |= silent // the first one has made the sound
		err := insistently(ctx, func() error {
			message, err := a.create(bot.Patient(ctx, bot.LongPatience), channelID, next)
			if err == nil {
				done = append(done, message)
			}
			return err
		})
		if err != nil {
			a.cfg.Log.WarnContext(ctx, "the end of a long message was not sent", "channel", channelID, "error", err)
			break
		}
	}
	return done, nil
}

// create sends one message, as much of it as the bot may send there.
func (a *Adapter) create(ctx context.Context, channelID string, c creation) (id string, err error) {
	for _, d := range c.plainer() {
		c.draft = d
		var message sent
		message, err = upload[sent](ctx, a.client, http.MethodPost, discordgo.EndpointChannelMessages(channelID), c, c.files())
		if id = message.ID; !hasCode(err, codeMissingPermissions) {
			break
		}
	}
	return id, err
}

// edit changes one message, to as much of a draft as the bot may show there. A thread that has been put away for want of words is opened
// again for it, as a new message would do.
func (a *Adapter) edit(ctx context.Context, channelID, id string, d draft) error {
	err := a.editOpen(ctx, channelID, id, d)
	if !hasCode(err, codeArchived) {
		return err
	}
	_, opening := call[struct{}](ctx, a.client, http.MethodPatch, discordgo.EndpointChannel(channelID), map[string]bool{"archived": false})
	if opening != nil {
		return err // it is locked: the first answer says why
	}
	return a.editOpen(ctx, channelID, id, d)
}

// editOpen is edit where nothing is put away.
func (a *Adapter) editOpen(ctx context.Context, channelID, id string, d draft) (err error) {
	for _, d := range d.plainer() {
		_, err = upload[sent](ctx, a.client, http.MethodPatch, discordgo.EndpointChannelMessage(channelID, id), d, d.files())
		if !hasCode(err, codeMissingPermissions) {
			break
		}
	}
	return err
}

// files are what is uploaded with a draft.
func (d draft) files() []file {
	if d.Image == nil {
		return nil
	}
	return []file{{name: imageName, kind: "image/png", bytes: d.Image.PNG}}
}

// nonceOf is the nonce of the nth message of a post, of at most 25 characters as Discord takes them.
func nonceOf(nonce string, n int) string {
	const longest = 25
	if n == 0 || nonce == "" {
		return nonce[:min(len(nonce), longest)]
	}
	mark := "-" + strconv.Itoa(n)
	return nonce[:min(len(nonce), longest-len(mark))] + mark
}

// change edits messages to a post. More that it takes now are sent behind them, and those that it does not are deleted.
func (a *Adapter) change(ctx context.Context, channelID string, old []string, p bot.Post) ([]string, error) {
	drafts, err := a.drafts(ctx, p)
	if err != nil {
		return nil, err
	}
	kept := min(len(drafts), len(old))
	for i, d := range drafts[:kept] {
		d.Flags = 0 // that it made no sound cannot be changed
		if err := a.edit(ctx, channelID, old[i], d); err != nil {
			return nil, err
		}
	}
	for i := range drafts[kept:] {
		drafts[kept+i].Flags |= silent
	}
	more, err := a.sendAll(ctx, channelID, drafts[kept:], creation{})
	if err != nil {
		return nil, err
	}
	a.removeAll(ctx, channelID, old[kept:])
	return slices.Concat(old[:kept], more), nil
}

// removeAll deletes messages, as far as that is possible.
func (a *Adapter) removeAll(ctx context.Context, channelID string, messages []string) {
	for _, message := range messages {
		a.remove(ctx, channelID, message)
	}
}

// remove deletes a message, as far as that is possible.
func (a *Adapter) remove(ctx context.Context, channelID, id string) {
	_, err := call[struct{}](ctx, a.client, http.MethodDelete, discordgo.EndpointChannelMessage(channelID, id), nil)
	if err != nil && !hasCode(err, codeUnknownMessage) {
		a.cfg.Log.InfoContext(ctx, "message not deleted", "channel", channelID, "error", err)
	}
}

// drafts lays a post out.
func (a *Adapter) drafts(ctx context.Context, p bot.Post) ([]draft, error) {
	return a.layout(p, func(line string) (string, error) { return a.cfg.Keep(ctx, line) }).drafts(p)
}

func (a *Adapter) layout(p bot.Post, keep func(line string) (string, error)) layout {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	return layout{voice: bot.Voice{Words: a.cfg.Words, Locale: p.Locale, Zone: zone, Now: a.cfg.Now()}, keep: keep}
}

// joinIDs names the messages of a channel that are one post: "1234:12" or "1234:12,13".
func joinIDs(channelID string, messages []string) bot.MessageID {
	if len(messages) == 0 {
		return ""
	}
	return bot.MessageID(channelID + ":" + strings.Join(messages, ","))
}

// oneOf tells the post that a message of a channel is a part of; nil without a message.
func oneOf(channelID, message string) func(sent bot.MessageID) bool {
	if message == "" {
		return nil
	}
	return func(sent bot.MessageID) bool {
		channel, messages, err := splitIDs(sent)
		return err == nil && channel == channelID && slices.Contains(messages, message)
	}
}

func splitIDs(id bot.MessageID) (channelID string, messages []string, err error) {
	channelID, words, _ := strings.Cut(string(id), ":")
	messages = strings.Split(words, ",")
	for _, number := range append(messages, channelID) {
		if !snowflake.MatchString(number) {
			return "", nil, fmt.Errorf("%q is no message of Discord's", id)
		}
	}
	return channelID, messages, nil
}
