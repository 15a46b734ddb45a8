package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// What Discord says of places and people, as far as we use it.

// channel is a place in a guild, or a private chat.
type channel struct {
	ID         string      `json:"id"`
	Type       int         `json:"type"`
	GuildID    string      `json:"guild_id"`
	ParentID   string      `json:"parent_id"`
	Name       string      `json:"name"`
	Position   int         `json:"position"`
	Overwrites []overwrite `json:"permission_overwrites"`
}

// The types of channel that matter.
const (
	textChannel         = int(discordgo.ChannelTypeGuildText)
	announcementChannel = int(discordgo.ChannelTypeGuildNews)
	announcementThread  = int(discordgo.ChannelTypeGuildNewsThread)
	publicThread        = int(discordgo.ChannelTypeGuildPublicThread)
	privateThread       = int(discordgo.ChannelTypeGuildPrivateThread)
	privateChannel      = int(discordgo.ChannelTypeDM)
)

// isThread reports whether a channel is a thread, or a post of a forum, which is one.
func (c channel) isThread() bool {
	return c.Type == announcementThread || c.Type == publicThread || c.Type == privateThread
}

// overwrite gives a role or a member other rights in a channel.
type overwrite struct {
	ID    string `json:"id"`
	Type  int    `json:"type"` // 0: of a role, 1: of a member
	Allow int64  `json:"allow,string"`
	Deny  int64  `json:"deny,string"`
}

// guild is a server.
type guild struct {
	ID              string    `json:"id"`
	Name            string    `json:"name"`
	OwnerID         string    `json:"owner_id"`
	Roles           []role    `json:"roles"`
	Locale          string    `json:"preferred_locale"`
	SystemChannelID string    `json:"system_channel_id"`
	Unavailable     bool      `json:"unavailable"`
	Channels        []channel `json:"channels"` // in events only
	Members         []member  `json:"members"`  // in events only, and not all of them
}

type role struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Permissions int64  `json:"permissions,string"`
	Mentionable bool   `json:"mentionable"`
}

// member is a person in a guild.
type member struct {
	User        user     `json:"user"`
	Nick        string   `json:"nick"`
	Roles       []string `json:"roles"`
	Permissions int64    `json:"permissions,string"` // in interactions only, for the channel
}

type user struct {
	ID         string `json:"id"`
	Username   string `json:"username"`
	GlobalName string `json:"global_name"`
	Bot        bool   `json:"bot"`
}

// address is a channel as the rest of the program knows it.
func address(channelID string) bot.ChatID {
	return bot.ChatID{Messenger: bot.Discord, Key: channelID}
}

var snowflake = regexp.MustCompile(`^[0-9]{1,20}$`)

// channelOf reads an address.
func channelOf(to bot.ChatID) (string, error) {
	if to.Messenger != bot.Discord || !snowflake.MatchString(to.Key) {
		return "", fmt.Errorf("%s is no channel of Discord's", to)
	}
	return to.Key, nil
}

// chatIn is a channel as the router sees it. All channels of a guild are of one community; a private chat is one of its own.
func chatIn(guildID, locale string, c channel, with user) bot.Chat {
	if guildID == "" {
		return bot.Chat{Address: address(c.ID), Community: with.ID, Kind: bot.Private}
	}
	chat := bot.Chat{Address: address(c.ID), Community: guildID, Kind: bot.Group, Followed: c.Type == announcementChannel, Locale: locale}
	if c.Name != "" {
		chat.Title = "#" + c.Name
	}
	return chat
}

// personOf is a person as the router sees them, by the name that a guild knows them by.
func personOf(u user, m *member, locale string) bot.User {
	nick := ""
	if m != nil {
		nick = m.Nick
	}
	return bot.User{ID: u.ID, Name: cmp.Or(nick, u.GlobalName, u.Username), Handle: u.Username, Locale: locale}
}

// rolesOf are a member's roles as moderators name them.
func rolesOf(m *member) []string {
	if m == nil {
		return nil
	}
	roles := make([]string, 0, len(m.Roles))
	for _, id := range m.Roles {
		roles = append(roles, "@&"+id)
	}
	return roles
}

// places remembers what Discord says of channels, guilds and their members.
type places struct {
	channels *memory[channel]
	guilds   *memory[guild]
	members  *memory[member] // by "guild/user"
}

func newPlaces(a *Adapter) places {
	now := a.cfg.Now
	return places{
		channels: newMemory(now, func(ctx context.Context, id string) (channel, error) {
			return call[channel](ctx, a.client, http.MethodGet, discordgo.EndpointChannel(id), nil)
		}),
		guilds: newMemory(now, func(ctx context.Context, id string) (guild, error) {
			return call[guild](ctx, a.client, http.MethodGet, discordgo.EndpointGuild(id), nil)
		}),
		members: newMemory(now, func(ctx context.Context, id string) (member, error) {
			guildID, userID, _ := strings.Cut(id, "/")
			return call[member](ctx, a.client, http.MethodGet, discordgo.EndpointGuildMember(guildID, userID), nil)
		}),
	}
}

// baseRights are what a member may do in a guild wherever a channel does not say otherwise.
func (g guild) baseRights(userID string, roles []string) int64 {
	if g.OwnerID == userID {
		return discordgo.PermissionAll
	}
	var rights int64
	for _, r := range g.Roles {
		if r.ID == g.ID || slices.Contains(roles, r.ID) { // everybody has the role that bears the guild's own id
			rights |= r.Permissions
		}
	}
	if rights&discordgo.PermissionAdministrator != 0 {
		return discordgo.PermissionAll
	}
	return rights
}

// rightsIn are what a member may do in a channel of a guild.
func (g guild) rightsIn(c channel, userID string, roles []string) int64 {
	rights := g.baseRights(userID, roles)
	if rights&discordgo.PermissionAdministrator != 0 {
		return rights
	}
	var allow, deny int64
	for _, o := range c.Overwrites {
		switch {
		case o.Type == 0 && o.ID == g.ID:
			rights = rights&^o.Deny | o.Allow
		case o.Type == 0 && slices.Contains(roles, o.ID):
			allow |= o.Allow
			deny |= o.Deny
		}
	}
	rights = rights&^deny | allow
	for _, o := range c.Overwrites {
		if o.Type == 1 && o.ID == userID {
			rights = rights&^o.Deny | o.Allow
		}
	}
	return rights
}

// ownRights are what the bot may do in a channel, and the guild and the channel that it was found out of. In a thread those of
// its parent count.
func (a *Adapter) ownRights(ctx context.Context, channelID string) (int64, guild, channel, error) {
	me, err := a.whoAmI(ctx)
	if err != nil {
		return 0, guild{}, channel{}, err
	}
	c, err := a.places.channels.of(ctx, channelID, 0)
	if err != nil {
		return 0, guild{}, channel{}, err
	}
	if c.GuildID == "" {
		return discordgo.PermissionAll, guild{}, c, nil
	}
	over := c
	if c.isThread() {
		if over, err = a.places.channels.of(ctx, c.ParentID, 0); err != nil {
			return 0, guild{}, c, err
		}
	}
	g, err := a.places.guilds.of(ctx, c.GuildID, 0)
	if err != nil {
		return 0, guild{}, c, err
	}
	m, err := a.places.members.of(ctx, c.GuildID+"/"+me.ID, 0)
	return g.rightsIn(over, me.ID, m.Roles), g, c, err
}

// IsAdmin implements [bot.Admitting]: whoever may manage the server is an admin of all its channels.
func (a *Adapter) IsAdmin(ctx context.Context, chat bot.Chat, who bot.User, fresh bool) (bool, error) {
	const justNow = 15 * time.Second // an interaction says its asker's rights with it
	age := rememberFor
	if fresh {
		age = justNow
	}
	if !snowflake.MatchString(chat.Community) || !snowflake.MatchString(who.ID) {
		return false, nil
	}
	admin, err := a.standing(ctx, chat.Community, who.ID, age)
	switch {
	case hasCode(err, codeUnknownMember, codeUnknownUser):
		return false, nil
	case hasCode(err, codeMissingAccess, codeUnknownGuild):
		return false, bot.NewError(bot.Unavailable, "discord.not_in", nil)
	case err != nil:
		return false, fmt.Errorf("ask for the rights in %s: %w", chat.Address, err)
	}
	return admin, nil
}

// standing reports whether a member may manage a guild, as it was known at most so long ago.
func (a *Adapter) standing(ctx context.Context, guildID, userID string, age time.Duration) (bool, error) {
	return a.managers.of(ctx, guildID+"/"+userID, age)
}

// askStanding finds out whether a member may manage a guild.
func (a *Adapter) askStanding(ctx context.Context, id string) (bool, error) {
	guildID, userID, _ := strings.Cut(id, "/")
	g, err := a.places.guilds.of(ctx, guildID, 0)
	if err != nil {
		return false, err
	}
	m, err := a.places.members.of(ctx, id, 0)
	return manages(g.baseRights(userID, m.Roles)), err
}

// manages reports whether rights are those of a moderator of a server.
func manages(rights int64) bool {
	return rights&(discordgo.PermissionManageGuild|discordgo.PermissionAdministrator) != 0
}

// MayMention implements [bot.Mentioning]: people can always be mentioned, roles if they or the bot allow it.
func (a *Adapter) MayMention(ctx context.Context, to bot.ChatID, mentions []string) ([]string, error) {
	id, err := channelOf(to)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(mentions, isRole) {
		return slices.DeleteFunc(slices.Clone(mentions), func(m string) bool { return !isPerson(m) }), nil
	}
	rights, g, _, err := a.ownRights(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("ask whom to mention in %s: %w", to, err)
	}
	all := rights&discordgo.PermissionMentionEveryone != 0
	var may []string
	for _, m := range mentions {
		known := slices.ContainsFunc(g.Roles, func(r role) bool { return m == "<@&"+r.ID+">" && (all || r.Mentionable) })
		if isPerson(m) || known {
			may = append(may, m)
		}
	}
	return may, nil
}

func isRole(mention string) bool   { return strings.HasPrefix(mention, "<@&") }
func isPerson(mention string) bool { return strings.HasPrefix(mention, "<@") && !isRole(mention) }

var channelWords = regexp.MustCompile(`^(?:<#)?([0-9]{1,20})>?$`)

// FindChat returns the channel that words name: as Discord mentions it, "<#123>", or by its number. What names none that the bot
// can see, or has seen, is a [bot.Error].
func (a *Adapter) FindChat(ctx context.Context, words string) (bot.Chat, error) {
	unknown := bot.NewError(bot.Unknown, "discord.no_channel", bot.Args{"Words": bot.Quote(words)})
	named := channelWords.FindStringSubmatch(strings.TrimSpace(words))
	if named == nil {
		return bot.Chat{}, unknown
	}
	c, err := a.places.channels.of(ctx, named[1], rememberFor)
	if known, ok := a.places.channels.last(named[1]); ok && hasCode(err, codeMissingAccess) {
		c, err = known, nil // whoever asks what is wrong there is to be told
	}
	if answer, ok := errors.AsType[*apiError](err); ok && (answer.Status == http.StatusNotFound || answer.Status == http.StatusForbidden) {
		return bot.Chat{}, unknown
	}
	if err != nil {
		return bot.Chat{}, fmt.Errorf("find a channel: %w", err)
	}
	if c.GuildID == "" || !c.isThread() && c.Type != textChannel && c.Type != announcementChannel {
		return bot.Chat{}, unknown
	}
	return chatIn(c.GuildID, "", c, user{}), nil
}

// openPrivate opens the private chat with a person.
func (a *Adapter) openPrivate(ctx context.Context, userID string) (channel, error) {
	return call[channel](ctx, a.client, http.MethodPost, discordgo.EndpointUserChannels("@me"), map[string]string{"recipient_id": userID})
}
