package discordsrv

import (
	"slices"
)

// reachGuild is a guild that the bot names and is a member of.
func (s *Server) reachGuild(id string) (*guild, error) {
	g, ok := s.guilds[id]
	switch {
	case !ok || !g.present:
		return nil, missingAccess()
	case g.down:
		return nil, overloaded()
	}
	return g, nil
}

// getGuild alone says of a guild where the bot is no member that it does not know it.
func (s *Server) getGuild(r *request) (any, error) {
	if !s.there(r.params["guild"]) {
		return nil, unknownGuild()
	}
	g, err := s.reachGuild(r.params["guild"])
	if err != nil {
		return nil, err
	}
	return g.json(), nil
}

// there reports whether the bot is a member of a guild.
func (s *Server) there(id string) bool { return s.guilds[id] != nil && s.guilds[id].present }

func (s *Server) getRoles(r *request) (any, error) {
	g, err := s.reachGuild(r.params["guild"])
	if err != nil {
		return nil, err
	}
	return g.json()["roles"], nil
}

func (s *Server) getChannels(r *request) (any, error) {
	return s.listChannels(r, func(c *channel) bool { return !c.thread() })
}

func (s *Server) getThreads(r *request) (any, error) {
	threads, err := s.listChannels(r, func(c *channel) bool { return c.thread() && !c.Archived })
	if err != nil {
		return nil, err
	}
	return object{"threads": threads, "members": []any{}}, nil
}

func (s *Server) listChannels(r *request, wanted func(*channel) bool) (any, error) {
	g, err := s.reachGuild(r.params["guild"])
	if err != nil {
		return nil, err
	}
	all := []object{}
	for _, c := range g.channels {
		if wanted(c) && (!c.thread() || s.permissions(c, s.me.ID).Has(ViewChannel)) {
			all = append(all, s.channelJSON(c))
		}
	}
	return all, nil
}

func (s *Server) getMember(r *request) (any, error) {
	g, err := s.reachGuild(r.params["guild"])
	if err != nil {
		return nil, err
	}
	id := r.params["user"]
	if id == "@me" {
		id = s.me.ID
	}
	m, ok := g.members[id]
	switch {
	case s.users[id] == nil:
		return nil, unknownUser()
	case !ok:
		return nil, unknownMember()
	}
	return s.memberWithUserJSON(g, m), nil
}

func (s *Server) getMe(*request) (any, error) { return s.me.json(), nil }

func (s *Server) getUser(r *request) (any, error) {
	u, ok := s.users[r.params["user"]]
	if !ok {
		return nil, unknownUser()
	}
	return u.json(), nil
}

func (s *Server) getMyGuilds(*request) (any, error) {
	all := []object{}
	for _, g := range s.guildList {
		if g.present {
			all = append(all, object{"id": g.id, "name": g.name, "owner": false, "permissions": g.permissions(s.me.ID), "features": []string{}})
		}
	}
	return all, nil
}

func (s *Server) leaveGuild(r *request) (any, error) {
	g, err := s.reachGuild(r.params["guild"])
	if err != nil {
		return nil, err
	}
	s.leave(g)
	return nothing, nil
}

func (s *Server) getApplication(*request) (any, error) {
	return object{
		"id": s.cfg.Application, "name": s.cfg.Username, "description": "", "icon": nil, "bot_public": true, "bot_require_code_grant": false,
		"flags": s.flags(), "bot": s.me.json(), "owner": object{"id": "1", "username": "owner", "discriminator": "0"},
		"approximate_guild_count": len(s.guildList), "verify_key": "",
	}, nil
}

// flags of an application tell which privileged intents it has, in the form for bots in few guilds.
func (s *Server) flags() int {
	flags := 0
	for intent, flag := range map[int]int{GuildMembers: 1 << 15, Presences: 1 << 13, MessageContent: 1 << 19} {
		if s.cfg.Privileged&intent != 0 {
			flags |= flag
		}
	}
	return flags
}

// leave takes the bot out of a guild, by itself or by others.
func (s *Server) leave(g *guild) {
	g.present = false
	delete(g.members, s.me.ID)
	g.commands = nil
	s.dispatch(event{name: "GUILD_DELETE", guild: g.id, intent: Guilds, body: object{"id": g.id}})
}

// RemoveBot takes the bot out of a guild, as a moderator does who kicks it.
func (s *Server) RemoveBot(guildID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	g := s.mustGuild(guildID)
	if g.present {
		s.leave(g)
	}
}

// AddBot invites the bot into a guild.
func (s *Server) AddBot(guildID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	if g := s.mustGuild(guildID); !g.present {
		s.enter(g)
	}
}

// Down has a guild be unavailable to the bot, for an outage of Discord's, or available again.
func (s *Server) Down(guildID string, down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	g := s.mustGuild(guildID)
	g.down = down
	switch {
	case !g.present:
	case down:
		s.dispatch(event{name: "GUILD_DELETE", guild: g.id, intent: Guilds, body: object{"id": g.id, "unavailable": true}})
	default:
		s.dispatch(event{name: "GUILD_CREATE", guild: g.id, intent: Guilds, body: s.guildCreateJSON(g)})
	}
}

// SetGuild changes what a guild is called and which language it prefers; "" leaves either as it is.
func (s *Server) SetGuild(guildID, name, locale string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	g := s.mustGuild(guildID)
	if name != "" {
		g.name = name
	}
	if locale != "" {
		g.locale = locale
	}
	if g.present {
		s.dispatch(event{name: "GUILD_UPDATE", guild: g.id, intent: Guilds, body: g.json()})
	}
}

// DeleteChannel takes a channel or a thread away, with the threads in it.
func (s *Server) DeleteChannel(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	c := s.mustChannel(id)
	for _, within := range slices.Clone(c.guild.channels) {
		if within.Parent == id && within.thread() {
			s.deleteChannel(within)
		}
	}
	s.deleteChannel(c)
}

func (s *Server) deleteChannel(c *channel) {
	body := s.channelJSON(c)
	name := "CHANNEL_DELETE"
	if c.thread() {
		name, body = "THREAD_DELETE", object{"id": c.ID, "guild_id": c.Guild, "parent_id": c.Parent, "type": c.Type}
	}
	seen := s.knows(c)
	c.gone = true
	c.guild.channels = slices.DeleteFunc(c.guild.channels, func(other *channel) bool { return other == c })
	for _, m := range c.messages {
		m.Deleted = true
	}
	if seen {
		s.dispatch(event{name: name, guild: c.Guild, intent: Guilds, body: body})
	}
}

// Archive archives a thread, or opens it again; if it is locked, only moderators open it.
func (s *Server) Archive(thread string, archived, locked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	c := s.mustChannel(thread)
	if !c.thread() {
		panic("discordsrv: only threads are archived")
	}
	c.Archived, c.Locked = archived, locked
	s.tellChannel("THREAD_UPDATE", c)
}

// SetOverwrite changes what a role or a member may do in a channel. One that neither allows nor denies is taken away. The bot is
// told of it also if it cannot see the channel: Discord hides what is said in a channel, not that it is there.
func (s *Server) SetOverwrite(channelID string, o Overwrite) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	c := s.mustChannel(channelID)
	c.Overwrites = slices.DeleteFunc(c.Overwrites, func(old Overwrite) bool { return old.ID == o.ID })
	if o.Allow != 0 || o.Deny != 0 {
		c.Overwrites = append(c.Overwrites, o)
	}
	s.tellChannel("CHANNEL_UPDATE", c)
}
