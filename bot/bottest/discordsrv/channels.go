package discordsrv

import (
	"fmt"
	"slices"
	"strings"
)

// ChannelType is what a channel is, in Discord's numbers.
type ChannelType int

// The kinds of channels.
const (
	Text               ChannelType = 0
	DM                 ChannelType = 1
	Voice              ChannelType = 2
	Category           ChannelType = 4
	Announcement       ChannelType = 5
	AnnouncementThread ChannelType = 10
	PublicThread       ChannelType = 11
	PrivateThread      ChannelType = 12
	Stage              ChannelType = 13
	Forum              ChannelType = 15
	Media              ChannelType = 16
)

// Channel is a channel, a thread or a direct message.
type Channel struct {
	ID         string // "" lets the server choose
	Guild      string // "" of a direct message
	Type       ChannelType
	Name       string
	Topic      string
	Parent     string // a category, or the channel of a thread
	Overwrites []Overwrite
	Archived   bool // of a thread
	Locked     bool // of a thread: only moderators open it again
	Recipient  string
}

// channel is one with what was said in it.
type channel struct {
	Channel
	guild    *guild // nil of a direct message
	position int
	messages []*Message
	gone     bool
}

func (c *channel) thread() bool {
	return c.Type == AnnouncementThread || c.Type == PublicThread || c.Type == PrivateThread
}

// holdsMessages reports whether messages can be in a channel at all.
func (c *channel) holdsMessages() bool {
	return c.Type != Category && c.Type != Forum && c.Type != Media
}

// AddChannel makes a channel in a guild.
func (s *Server) AddChannel(guildID string, c Channel) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	made := s.addChannel(s.mustGuild(guildID), c)
	s.tellChannel("CHANNEL_CREATE", made)
	return made.Channel
}

// AddThread opens a thread in a channel; in a forum it is a post. What a thread is follows from its channel, unless it is private.
func (s *Server) AddThread(parent string, c Channel) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	above := s.mustChannel(parent)
	c.Parent = parent
	switch {
	case above.Type == Announcement:
		c.Type = AnnouncementThread
	case c.Type != PrivateThread:
		c.Type = PublicThread
	}
	made := s.addChannel(above.guild, c)
	s.tellChannel("THREAD_CREATE", made)
	return made.Channel
}

// knows reports whether the bot is told of a channel: of all in its guilds, and of the threads that it can see.
func (s *Server) knows(c *channel) bool {
	return c.guild.present && (!c.thread() || s.permissions(c, s.me.ID).Has(ViewChannel))
}

// tellChannel tells the bot of a channel or a thread.
func (s *Server) tellChannel(name string, c *channel) {
	if s.knows(c) {
		s.dispatch(event{name: name, guild: c.guild.id, intent: Guilds, body: s.channelJSON(c)})
	}
}

func (s *Server) addChannel(g *guild, c Channel) *channel {
	if c.ID == "" {
		c.ID = s.ids.ancient()
	}
	if c.Name == "" {
		c.Name = "channel"
	}
	c.Guild = g.id
	made := &channel{Channel: c, guild: g, position: len(g.channels)}
	made.Overwrites = slices.Clone(c.Overwrites)
	g.channels = append(g.channels, made)
	s.channels[c.ID] = made
	return made
}

// AddDM is the direct message channel of the bot and somebody, as the bot opens it too.
func (s *Server) AddDM(user string) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustUser(user)
	return s.direct(user).Channel
}

// direct is the direct message channel with somebody. The lock is held.
func (s *Server) direct(user string) *channel {
	for _, c := range s.channels {
		if c.Recipient == user {
			return c
		}
	}
	c := &channel{Channel: Channel{ID: s.ids.ancient(), Type: DM, Recipient: user}}
	s.channels[c.ID] = c
	return c
}

// Channel is a channel as it is now, and false if it is gone.
func (s *Server) Channel(id string) (Channel, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.channels[id]
	if !ok || c.gone {
		return Channel{}, false
	}
	return c.Channel, true
}

func (s *Server) mustChannel(id string) *channel {
	c, ok := s.channels[id]
	if !ok || c.gone {
		panic(fmt.Sprintf("discordsrv: no channel %q", id))
	}
	return c
}

func (s *Server) channelJSON(c *channel) object {
	o := object{"id": c.ID, "type": c.Type, "last_message_id": nil, "flags": 0}
	if len(c.messages) > 0 {
		o["last_message_id"] = c.messages[len(c.messages)-1].ID
	}
	if c.guild == nil {
		o["recipients"] = []object{s.users[c.Recipient].json()}
		return o
	}
	o["guild_id"], o["name"], o["parent_id"] = c.Guild, c.Name, orNull(c.Parent)
	if c.thread() {
		o["owner_id"] = c.guild.owner
		o["thread_metadata"] = object{
			"archived": c.Archived, "locked": c.Locked, "auto_archive_duration": 4320, "archive_timestamp": stamp(made(c.ID)),
			"create_timestamp": stamp(made(c.ID)),
		}
		o["message_count"], o["member_count"], o["total_message_sent"] = len(c.messages), 1, len(c.messages)
		return o
	}
	overwrites := []object{}
	for _, w := range c.Overwrites {
		overwrites = append(overwrites, w.json())
	}
	o["position"], o["permission_overwrites"], o["nsfw"], o["topic"] = c.position, overwrites, false, orNull(c.Topic)
	o["rate_limit_per_user"] = 0
	return o
}

// partialJSON is a channel as interactions show it.
func (s *Server) partialJSON(c *channel, user string) object {
	o := object{"id": c.ID, "type": c.Type, "permissions": s.permissions(c, user)}
	if c.guild == nil {
		o["recipients"] = []object{s.users[c.Recipient].json()}
		return o
	}
	o["name"], o["parent_id"], o["guild_id"] = c.Name, orNull(c.Parent), c.Guild
	if c.thread() {
		o["thread_metadata"] = s.channelJSON(c)["thread_metadata"]
	}
	return o
}

// reach is a channel that the bot names and can see, with what it may do there.
func (s *Server) reach(id string) (*channel, Permission, error) {
	c, ok := s.channels[id]
	if !ok || c.gone {
		return nil, 0, unknownChannel()
	}
	if c.guild != nil {
		if _, err := s.reachGuild(c.Guild); err != nil {
			return nil, 0, err
		}
	}
	may := s.permissions(c, s.me.ID)
	if !may.Has(ViewChannel) {
		return nil, 0, missingAccess()
	}
	return c, may, nil
}

func (s *Server) getChannel(r *request) (any, error) {
	c, _, err := s.reach(r.params["channel"])
	if err != nil {
		return nil, err
	}
	return s.channelJSON(c), nil
}

// channelBody is what PATCH /channels/{channel} takes.
type channelBody struct {
	Name                *string `json:"name"`
	Topic               *string `json:"topic"`
	Archived            *bool   `json:"archived"`
	Locked              *bool   `json:"locked"`
	AutoArchiveDuration *int    `json:"auto_archive_duration"`
}

func (s *Server) patchChannel(r *request) (any, error) {
	c, may, err := s.reach(r.params["channel"])
	if err != nil {
		return nil, err
	}
	var body channelBody
	if err := strict(r.body, &body); err != nil {
		return nil, err
	}
	if err := c.mayChange(may, body); err != nil {
		return nil, err
	}
	var p problems
	if body.Name != nil {
		p.filled("name", strings.TrimSpace(*body.Name), 100)
	}
	if body.Topic != nil {
		p.longest("topic", *body.Topic, 1024)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	assign(&c.Name, body.Name)
	assign(&c.Topic, body.Topic)
	assign(&c.Archived, body.Archived)
	assign(&c.Locked, body.Locked)
	s.tellChannel(changed(c), c)
	return s.channelJSON(c), nil
}

func changed(c *channel) string {
	if c.thread() {
		return "THREAD_UPDATE"
	}
	return "CHANNEL_UPDATE"
}

func assign[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// wake opens a thread that is archived, as whoever writes in it does.
func (s *Server) wake(c *channel) {
	if c.Archived {
		c.Archived = false
		s.tellChannel("THREAD_UPDATE", c)
	}
}

// shutTo reports whether a thread is locked, so that who has these permissions cannot write in it.
func (c *channel) shutTo(may Permission) bool {
	return c.thread() && c.Locked && !may.Has(ManageThreads)
}

// mayChange says why the bot may not change a channel. A thread that is archived but not locked is opened by who may write in it.
func (c *channel) mayChange(may Permission, body channelBody) error {
	opens := c.thread() && !c.Locked && body.Archived != nil && !*body.Archived && body.Name == nil && body.Locked == nil
	switch {
	case c.guild == nil:
		return missingPermissions()
	case opens && may.Has(SendInThreads):
		return nil
	case c.thread() && may.Has(ManageThreads), !c.thread() && may.Has(ManageChannels):
		return nil
	}
	return missingPermissions()
}

func (s *Server) openDM(r *request) (any, error) {
	var body struct {
		Recipient string `json:"recipient_id"`
	}
	if err := strict(r.body, &body); err != nil {
		return nil, err
	}
	u, ok := s.users[body.Recipient]
	switch {
	case number(body.Recipient) == 0:
		return nil, invalid("recipient_id", "NUMBER_TYPE_COERCE", "Value %q is not snowflake.", body.Recipient)
	case !ok:
		return nil, unknownUser()
	case u.Bot:
		return nil, cannotSendToUser()
	}
	return s.channelJSON(s.direct(u.ID)), nil
}

func (s *Server) trigger(r *request) (any, error) {
	c, may, err := s.reach(r.params["channel"])
	if err != nil {
		return nil, err
	}
	if !c.holdsMessages() || !may.Has(SendMessages) {
		return nil, missingPermissions()
	}
	return nothing, nil
}
