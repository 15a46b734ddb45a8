package telegram

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"boardcast/bot"
)

// inbox takes in what people say to the bot, and what happens to it.
type inbox struct {
	*Adapter
	bot bot.Bot
}

// handle takes in one update. All that is sent meanwhile answers somebody.
func (in *inbox) handle(ctx context.Context, u update) error {
	ctx = bot.Answering(ctx)
	switch {
	case u.Message != nil:
		return in.message(ctx, u.Message)
	case u.CallbackQuery != nil:
		return in.press(ctx, u.CallbackQuery)
	case u.InlineQuery != nil:
		return in.inline(ctx, u.InlineQuery)
	case u.MyChatMember != nil:
		return in.membership(ctx, u.MyChatMember)
	}
	return nil
}

// message takes in a message: what somebody says, or what happened in a chat.
func (in *inbox) message(ctx context.Context, m *message) error {
	if m.MigrateToChatID != 0 {
		in.bot.Happened(ctx, bot.Event{
			Kind: bot.Migrated, Chat: chatOf(m.Chat, 0), To: place{chat: m.MigrateToChatID}.address(), By: personOf(m),
		})
		return nil
	}
	in.rivals.note(m, in.me.Load())
	if isNobodys(m) {
		return nil
	}
	me, err := in.whoAmI(ctx)
	if err != nil {
		return fmt.Errorf("find out who the bot is: %w", err)
	}
	line, toBot, ok := in.meant(m, me)
	if !ok {
		return nil
	}
	said := bot.Inbound{
		ID: messageKey(m), Chat: chatOf(m.Chat, topicOf(m)), From: personOf(m), Sent: time.Unix(m.Date, 0),
		Text: line, ToBot: toBot, Alone: in.canHide(ctx, m.Chat, m.EphemeralMessageID != 0), About: repliedTo(m),
	}
	post, answered := in.bot.Answer(ctx, said)
	if !answered {
		return nil
	}
	return in.reply(ctx, m, said, post)
}

// repliedTo tells the post that a message is a reply to; nil where it is none.
func repliedTo(m *message) func(sent bot.MessageID) bool {
	if m.ReplyTo == nil {
		return nil
	}
	number := m.ReplyTo.MessageID
	return func(sent bot.MessageID) bool {
		chat, parts, err := splitIDs(sent)
		return err == nil && chat == m.Chat.ID && slices.ContainsFunc(parts, func(p part) bool { return p.id == number })
	}
}

// messageKey names a message among all: the same when it is delivered again.
func messageKey(m *message) string {
	kind, id := "m", m.MessageID
	if m.EphemeralMessageID != 0 {
		kind, id = "e", m.EphemeralMessageID
	}
	return fmt.Sprintf("%s%d/%d", kind, m.Chat.ID, id)
}

// isNobodys reports whether a message is one that no person said here and now: another bot's, a channel's in the group that is
// linked with it, or one that was made by way of a bot.
func isNobodys(m *message) bool {
	if m.Text == "" || m.IsAutomaticForward || m.ViaBot != nil || m.From == nil {
		return true
	}
	return m.From.IsBot && m.From.ID != anonymousAdmin && m.From.ID != asChannel || m.From.ID == telegramItself
}

// meant returns the line that a message is to the bot, whether it is said to the bot alone, and whether it is meant for it at all.
func (in *inbox) meant(m *message, me user) (line string, toBot, ok bool) {
	private := m.Chat.Type == "private"
	forwarded := len(m.ForwardOrigin) > 0
	if forwarded && !private {
		return "", false, false
	}
	if forwarded { // somebody else's words are looked up, and never obeyed
		return "/who " + firstLine(m.Text), true, true
	}
	replied := m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == me.ID
	if prompt := promptIn(m.ReplyTo); replied && prompt != "" && !strings.HasPrefix(m.Text, "/") {
		return prompt + m.Text, true, true
	}
	text, named := withoutName(withNumbers(m), me.Username)
	text, addressed, ours := command(text, me.Username)
	if !ours {
		return "", false, false
	}
	if text == "" { // nothing but the bot's name
		text = "/help"
	}
	toBot = private || replied || named
	if !private && !toBot && !addressed && in.rivals.here(m.Chat.ID) && (isCommon(text) || !in.knows(text)) {
		return "", false, false
	}
	return started(text), toBot, true
}

// firstLine is the beginning of a text, as much as can be a name or an address.
func firstLine(text string) string {
	const longest = 200
	line, _, _ := strings.Cut(strings.TrimLeft(text, "/ \n"), "\n")
	if runes := []rune(line); len(runes) > longest {
		return string(runes[:longest])
	}
	return line
}

// withoutName takes the bot's name off the front or the end of a text, and reports whether it was there.
func withoutName(text, username string) (string, bool) {
	name := "@" + strings.ToLower(username)
	trimmed := strings.TrimSpace(text)
	lower := strings.ToLower(trimmed)
	if len(lower) != len(trimmed) {
		return text, false // a letter that is written in another length when small: there is no such name in front of it
	}
	if rest, ok := strings.CutPrefix(lower, name); ok && (rest == "" || !isNameLetter(rest[0])) {
		return strings.TrimLeft(trimmed[len(name):], " ,:，："), true
	}
	if strings.HasSuffix(lower, " "+name) {
		return strings.TrimSpace(trimmed[:len(trimmed)-len(name)]), true
	}
	return text, false
}

func isNameLetter(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z'
}

// command takes the bot's name off a command, "/next@boardcast_bot". It reports whether that was there, and whether the text may
// be meant for this bot at all.
func command(text, username string) (line string, addressed, ours bool) {
	if !strings.HasPrefix(text, "/") {
		return text, false, true
	}
	first, rest, _ := strings.Cut(text, " ")
	if nl := strings.IndexByte(first, '\n'); nl >= 0 {
		first, rest = text[:nl], text[nl+1:]
	}
	name, bot, addressed := strings.Cut(first, "@")
	if addressed && !strings.EqualFold(bot, username) {
		return "", true, false
	}
	return strings.TrimSpace(name + " " + rest), addressed, true
}

// withNumbers is a message's text with the numbers of those accounts in it that are mentioned without having a handle.
func withNumbers(m *message) string {
	if !strings.HasPrefix(m.Text, "/chat") {
		return m.Text
	}
	units := utf16.Encode([]rune(m.Text))
	for _, e := range slices.Backward(m.Entities) {
		if e.Type != "text_mention" || e.User == nil || e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(units) {
			continue
		}
		number := utf16.Encode([]rune(strconv.FormatInt(e.User.ID, 10)))
		units = slices.Concat(units[:e.Offset], number, units[e.Offset+e.Length:])
	}
	return string(utf16.Decode(units))
}

// knows reports whether a command is one of this bot's.
func (in *inbox) knows(text string) bool {
	first, _, _ := strings.Cut(text, " ")
	name := strings.TrimPrefix(first, "/")
	return slices.ContainsFunc(in.cfg.Commands, func(c *bot.Command) bool { return strings.EqualFold(c.Name, name) })
}

// isCommon reports whether a command is one that other bots have too.
func isCommon(text string) bool {
	first, _, _ := strings.Cut(text, " ")
	return slices.Contains([]string{"/help", "/top", "/stats", "/search", "/start"}, strings.ToLower(first))
}

// started is what Telegram's own way to begin means: to see how to begin, or what the button or link that led here is for.
func started(text string) string {
	first, payload, _ := strings.Cut(text, " ")
	if !strings.EqualFold(first, "/start") {
		return text
	}
	if line, ok := fromDeepLink(strings.TrimSpace(payload)); ok {
		return line
	}
	return "/help start"
}

// promptMark begins the last line of a message that asks for the rest of a line.
const promptMark = "↩ "

// promptIn is the line that a message of the bot's asks to go on with, "" if it asks for nothing.
func promptIn(m *message) string {
	if m == nil {
		return ""
	}
	last := m.Text[strings.LastIndexByte(m.Text, '\n')+1:]
	line, ok := strings.CutPrefix(last, promptMark)
	if !ok || !strings.HasPrefix(line, "/") {
		return ""
	}
	return strings.TrimSpace(strings.TrimSuffix(line, "…")) + " "
}

// membership takes in that the bot was let into a chat, or out of it.
func (in *inbox) membership(ctx context.Context, c *chatMemberUpdated) error {
	e := bot.Event{
		Kind: bot.Departed, Chat: chatOf(c.Chat, 0), By: userOf(c.From),
	}
	could, can := canSpeak(c.Chat, c.OldChatMember), canSpeak(c.Chat, c.NewChatMember)
	in.admins.forget(c.Chat.ID)
	if could == can {
		return nil
	}
	if can {
		e.Kind = bot.Arrived
	}
	post, ok := in.bot.Happened(ctx, e)
	if !ok || c.Chat.Type == "private" { // who opens a private chat begins it with a word of their own
		return nil
	}
	to := place{chat: c.Chat.ID}
	if e.Chat.Kind == bot.Channel {
		to = place{chat: c.From.ID}
		for i := range post.Buttons {
			post.Buttons[i].Command += " chat=" + nameOf(c.Chat)
		}
	}
	if _, err := in.Send(ctx, to.address(), post, ""); err != nil {
		in.cfg.Log.InfoContext(ctx, "greeting not sent", "chat", to.address().String(), "error", err)
	}
	return nil
}

// canSpeak reports whether the bot may write in a chat as a member of that kind.
func canSpeak(c chat, m chatMember) bool {
	switch m.Status {
	case "creator", "administrator":
		return c.Type != "channel" || m.CanPostMessages
	case "member":
		return true
	case "restricted":
		return m.IsMember && m.CanSendMessages
	default:
		return false
	}
}

// nameOf is how a chat is named in a command.
func nameOf(c chat) string {
	if c.Username != "" {
		return "@" + c.Username
	}
	return strconv.FormatInt(c.ID, 10)
}
