package discordsrv

import (
	"slices"
	"strconv"
)

// Permission is a set of Discord's permissions.
type Permission int64

// The permissions that the server knows the meaning of.
const (
	CreateInvite        Permission = 1 << 0
	Administrator       Permission = 1 << 3
	ManageChannels      Permission = 1 << 4
	ManageGuild         Permission = 1 << 5
	AddReactions        Permission = 1 << 6
	ViewChannel         Permission = 1 << 10
	SendMessages        Permission = 1 << 11
	SendTTS             Permission = 1 << 12
	ManageMessages      Permission = 1 << 13
	EmbedLinks          Permission = 1 << 14
	AttachFiles         Permission = 1 << 15
	ReadHistory         Permission = 1 << 16
	MentionEveryone     Permission = 1 << 17
	ManageRoles         Permission = 1 << 28
	UseCommands         Permission = 1 << 31
	ManageEvents        Permission = 1 << 33
	ManageThreads       Permission = 1 << 34
	CreatePublicThreads Permission = 1 << 35
	SendInThreads       Permission = 1 << 38
	CreateEvents        Permission = 1 << 44

	// All is what owners and administrators have.
	All Permission = 1<<53 - 1

	// Usual is what everyone has in a new guild.
	Usual = CreateInvite | AddReactions | ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadHistory | MentionEveryone |
		UseCommands | CreatePublicThreads | SendInThreads

	// inDM is what both have in a direct message.
	inDM = AddReactions | ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadHistory | UseCommands
)

// Has reports whether all of some permissions are there.
func (p Permission) Has(wanted Permission) bool { return p&wanted == wanted }

func (p Permission) String() string { return strconv.FormatInt(int64(p), 10) }

// MarshalJSON implements [json.Marshaler]: Discord writes permissions as text.
func (p Permission) MarshalJSON() ([]byte, error) { return strconv.AppendQuote(nil, p.String()), nil }

// Overwrite changes what a role or a member may do in a channel.
type Overwrite struct {
	ID     string // of a role or a member; the guild's is that of everyone
	Member bool
	Allow  Permission
	Deny   Permission
}

func (o Overwrite) json() object {
	kind := 0
	if o.Member {
		kind = 1
	}
	return object{"id": o.ID, "type": kind, "allow": o.Allow, "deny": o.Deny}
}

// permissions are what a member may do in the whole of a guild.
func (g *guild) permissions(user string) Permission {
	m, ok := g.members[user]
	if !ok {
		return 0
	}
	if g.owner == user {
		return All
	}
	allowed := g.role(g.id).Permissions
	for _, id := range m.Roles {
		if r := g.role(id); r != nil {
			allowed |= r.Permissions
		}
	}
	if allowed.Has(Administrator) {
		return All
	}
	return allowed
}

// permissions are what somebody may do in a channel, as Discord computes them: the guild's, then the overwrites of everyone, of all
// roles together, and of the member. A thread has those of its channel.
func (s *Server) permissions(c *channel, user string) Permission {
	if c.guild == nil {
		return inDM
	}
	at := c
	if c.thread() {
		at = s.channels[c.Parent]
	}
	allowed := c.guild.permissions(user)
	if allowed == All || allowed == 0 || at == nil {
		return allowed
	}
	return implied(at.overwritten(c.guild, user, allowed))
}

func (c *channel) overwritten(g *guild, user string, allowed Permission) Permission {
	var allow, deny Permission
	for _, o := range c.Overwrites {
		switch {
		case o.ID == g.id:
			allowed = allowed&^o.Deny | o.Allow
		case !o.Member && slices.Contains(g.members[user].Roles, o.ID):
			allow |= o.Allow
			deny |= o.Deny
		}
	}
	allowed = allowed&^deny | allow
	for _, o := range c.Overwrites {
		if o.Member && o.ID == user {
			allowed = allowed&^o.Deny | o.Allow
		}
	}
	return allowed
}

// implied takes away what cannot be without another permission.
func implied(p Permission) Permission {
	if !p.Has(ViewChannel) {
		return 0
	}
	if !p.Has(SendMessages) && !p.Has(SendInThreads) {
		p &^= SendTTS | EmbedLinks | AttachFiles | MentionEveryone
	}
	return p
}

// Permissions are what somebody may do in a channel.
func (s *Server) Permissions(channel, user string) Permission {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.permissions(s.mustChannel(channel), user)
}
