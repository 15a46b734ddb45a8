package discordsrv

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// User is somebody, or a bot.
type User struct {
	ID         string // "" lets the server choose
	Username   string
	GlobalName string // what others see; "" is the username
	Bot        bool
	Locale     string // of their client; "" is en-US

	closed bool // takes no direct messages of the bot
}

func (u User) json() object {
	return object{
		"id": u.ID, "username": u.Username, "global_name": orNull(u.GlobalName), "discriminator": "0", "avatar": nil, "bot": u.Bot, "public_flags": 0,
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// Role is a role of a guild.
type Role struct {
	ID          string // "" lets the server choose
	Name        string
	Permissions Permission
	Mentionable bool
	Managed     bool // of a bot

	position int
}

func (r Role) json() object {
	return object{
		"id": r.ID, "name": r.Name, "color": 0, "hoist": false, "position": r.position, "permissions": r.Permissions,
		"managed": r.Managed, "mentionable": r.Mentionable, "flags": 0,
	}
}

// Member is somebody in a guild.
type Member struct {
	User  string
	Nick  string
	Roles []string // ids
}

// guild is a place with channels.
type guild struct {
	id, name, locale, owner, system string
	botRole                         string
	roles                           []*Role // that of everyone is the first
	members                         map[string]*Member
	channels                        []*channel // threads among them, the deleted ones not
	present                         bool       // the bot is a member
	down                            bool       // an outage of Discord's
	commands                        []*Command
	events                          []*ScheduledEvent
}

// Place is a guild to be made.
type Place struct {
	ID       string // "" lets the server choose
	Name     string
	Locale   string     // preferred; "" is en-US
	Owner    string     // a user; "" makes one
	Everyone Permission // of all members; 0 is Usual
	Bot      Permission // of the bot's own role
	Roles    []Role
	Members  []Member // beside the owner and the bot
	Absent   bool     // the bot is no member yet
}

// Guild is what was made.
type Guild struct {
	ID, Name, Owner, Locale string
	SystemChannel           string
	BotRole                 string // the bot's own
	Roles                   []Role
	Present                 bool // the bot is a member
}

// AddUser makes somebody known to Discord.
func (s *Server) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.addUser(u)
}

func (s *Server) addUser(u User) *User {
	if u.ID == "" {
		u.ID = s.ids.ancient()
	}
	u.Username = cmp.Or(u.Username, "user"+u.ID)
	u.Locale = cmp.Or(u.Locale, "en-US")
	s.users[u.ID] = &u
	return &u
}

// AddGuild makes a guild with a text channel, "general", which is its system channel. If the bot is a member, it learns of it as
// it does when it is invited.
func (s *Server) AddGuild(p Place) Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	if p.ID == "" {
		p.ID = s.ids.guild()
	}
	if p.Owner == "" {
		p.Owner = s.addUser(User{Username: "owner"}).ID
	}
	if p.Everyone == 0 {
		p.Everyone = Usual
	}
	g := &guild{
		id: p.ID, name: cmp.Or(p.Name, "Guild"), locale: cmp.Or(p.Locale, "en-US"), owner: p.Owner, botRole: s.ids.ancient(),
		members: map[string]*Member{p.Owner: {User: p.Owner}},
	}
	roles := append([]Role{{ID: g.id, Name: "@everyone", Permissions: p.Everyone}}, p.Roles...)
	for _, r := range append(roles, Role{ID: g.botRole, Name: s.cfg.Username, Permissions: p.Bot, Managed: true}) {
		s.addRole(g, r)
	}
	for _, m := range p.Members {
		s.mustUser(m.User)
		g.members[m.User] = &Member{User: m.User, Nick: m.Nick, Roles: slices.Clone(m.Roles)}
	}
	s.guilds[g.id], s.guildList = g, append(s.guildList, g)
	g.system = s.addChannel(g, Channel{Type: Text, Name: "general"}).ID
	if !p.Absent {
		s.enter(g)
	}
	return g.seen()
}

func (s *Server) addRole(g *guild, r Role) *Role {
	if r.ID == "" {
		r.ID = s.ids.ancient()
	}
	r.position = len(g.roles)
	g.roles = append(g.roles, &r)
	return &r
}

// enter makes the bot a member. The lock is held.
func (s *Server) enter(g *guild) {
	g.present = true
	g.members[s.me.ID] = &Member{User: s.me.ID, Roles: []string{g.botRole}}
	s.dispatch(event{name: "GUILD_CREATE", guild: g.id, intent: Guilds, body: s.guildCreateJSON(g)})
}

func (g *guild) seen() Guild {
	seen := Guild{ID: g.id, Name: g.name, Owner: g.owner, Locale: g.locale, SystemChannel: g.system, BotRole: g.botRole, Present: g.present}
	for _, r := range g.roles {
		seen.Roles = append(seen.Roles, *r)
	}
	return seen
}

// Guild is a guild as it is now.
func (s *Server) Guild(id string) Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mustGuild(id).seen()
}

// AddMember makes somebody a member of a guild, with some roles, or changes which roles they have.
func (s *Server) AddMember(guildID string, m Member) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustUser(m.User)
	g := s.mustGuild(guildID)
	g.members[m.User] = &Member{User: m.User, Nick: m.Nick, Roles: slices.Clone(m.Roles)}
	if m.User == s.me.ID {
		s.dispatch(event{name: "GUILD_MEMBER_UPDATE", guild: g.id, body: s.memberUpdateJSON(g, g.members[m.User])})
	}
	s.signal()
}

// AddRole makes a role in a guild.
func (s *Server) AddRole(guildID string, r Role) Role {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	g := s.mustGuild(guildID)
	made := s.addRole(g, r)
	s.dispatch(event{name: "GUILD_ROLE_CREATE", guild: g.id, intent: Guilds, body: object{"guild_id": g.id, "role": made.json()}})
	return *made
}

// SetPermissions changes what a role of a guild may do; the guild's own id is the role of everyone.
func (s *Server) SetPermissions(guildID, role string, may Permission) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	g := s.mustGuild(guildID)
	r := g.role(role)
	if r == nil {
		panic("discordsrv: no role " + role)
	}
	r.Permissions = may
	s.dispatch(event{name: "GUILD_ROLE_UPDATE", guild: g.id, intent: Guilds, body: object{"guild_id": g.id, "role": r.json()}})
}

// CloseDMs has somebody take no direct messages of the bot any more, and OpenDMs has them take some again.
func (s *Server) CloseDMs(user string) { s.closeDMs(user, true) }

// OpenDMs has somebody take direct messages of the bot again.
func (s *Server) OpenDMs(user string) { s.closeDMs(user, false) }

func (s *Server) closeDMs(user string, closed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustUser(user).closed = closed
	s.signal()
}

func (s *Server) mustUser(id string) *User {
	u, ok := s.users[id]
	if !ok {
		panic(fmt.Sprintf("discordsrv: no user %q", id))
	}
	return u
}

func (s *Server) mustGuild(id string) *guild {
	g, ok := s.guilds[id]
	if !ok {
		panic(fmt.Sprintf("discordsrv: no guild %q", id))
	}
	return g
}

// role is a role of a guild, or nil.
func (g *guild) role(id string) *Role {
	at := slices.IndexFunc(g.roles, func(r *Role) bool { return r.ID == id })
	if at < 0 {
		return nil
	}
	return g.roles[at]
}

// memberJSON is a member as events show them, without the user.
func (g *guild) memberJSON(m *Member) object {
	roles := m.Roles
	if roles == nil {
		roles = []string{}
	}
	return object{
		"roles": roles, "nick": orNull(m.Nick), "avatar": nil, "joined_at": stamp(made(g.id)), "premium_since": nil,
		"deaf": false, "mute": false, "pending": false, "flags": 0, "communication_disabled_until": nil,
	}
}

func (s *Server) memberWithUserJSON(g *guild, m *Member) object {
	o := g.memberJSON(m)
	o["user"] = s.users[m.User].json()
	return o
}

func (s *Server) memberUpdateJSON(g *guild, m *Member) object {
	o := s.memberWithUserJSON(g, m)
	o["guild_id"] = g.id
	return o
}

func (g *guild) json() object {
	roles := []object{}
	for _, r := range g.roles {
		roles = append(roles, r.json())
	}
	return object{
		"id": g.id, "name": g.name, "owner_id": g.owner, "preferred_locale": g.locale, "system_channel_id": orNull(g.system),
		"roles": roles, "emojis": []any{}, "stickers": []any{}, "features": []string{}, "icon": nil, "afk_channel_id": nil,
		"verification_level": 1, "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0, "nsfw_level": 0,
		"premium_tier": 0, "rules_channel_id": nil, "public_updates_channel_id": nil, "system_channel_flags": 0,
	}
}

// guildCreateJSON is a guild as GUILD_CREATE shows it. Without the intent for members, only the bot is among them.
func (s *Server) guildCreateJSON(g *guild) object {
	o := g.json()
	channels, threads := []object{}, []object{}
	for _, c := range g.channels {
		switch {
		case c.thread():
			if !c.Archived && s.knows(c) {
				threads = append(threads, s.channelJSON(c))
			}
		default:
			channels = append(channels, s.channelJSON(c))
		}
	}
	events := []object{}
	for _, e := range g.events {
		if !e.over() {
			events = append(events, s.scheduledJSON(e))
		}
	}
	maps.Copy(o, object{
		"joined_at": stamp(made(g.id)), "large": false, "unavailable": false, "member_count": len(g.members), "channels": channels,
		"threads": threads, "members": []object{s.memberWithUserJSON(g, g.members[s.me.ID])}, "presences": []any{}, "voice_states": []any{},
		"stage_instances": []any{}, "guild_scheduled_events": events,
	})
	return o
}
