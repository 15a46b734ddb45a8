package telegramsrv

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// User is somebody, or a bot.
type User struct {
	ID           int64 // 0 lets the server choose
	IsBot        bool
	FirstName    string
	LastName     string
	Username     string // without @
	LanguageCode string
}

func (u User) json() object {
	o := object{"id": u.ID, "is_bot": u.IsBot, "first_name": u.FirstName}
	for name, value := range map[string]string{"last_name": u.LastName, "username": u.Username, "language_code": u.LanguageCode} {
		if value != "" {
			o[name] = value
		}
	}
	return o
}

// AnonymousID is the account that administrators speak through who stay anonymous, and TelegramID the one that brings the posts
// of a linked channel.
const (
	AnonymousID = 1087968824
	TelegramID  = 777000
)

var (
	anonymousBot   = User{ID: AnonymousID, IsBot: true, FirstName: "Group", Username: "GroupAnonymousBot"}
	telegramItself = User{ID: TelegramID, FirstName: "Telegram"}
)

// The kinds of chats, as the Bot API calls them.
const (
	private    = "private"
	group      = "group"
	supergroup = "supergroup"
	channel    = "channel"
)

// The standings of members, as the Bot API calls them.
const (
	creator       = "creator"
	administrator = "administrator"
	member        = "member"
	restricted    = "restricted"
	left          = "left"
	kicked        = "kicked"
)

// chat is a place where people speak.
type chat struct {
	id            int64
	kind          string
	title         string
	username      string
	forum         bool
	hushed        bool // only administrators may write
	linked        int64
	members       map[int64]string // their standing
	anonymous     map[int64]bool   // administrators who stay so
	topics        map[int]*topic
	migratedTo    int64
	started       bool // of a private chat: somebody has written to the bot
	messages      []*Message
	last          int // the id of the last message
	lastEphemeral int // the id of the last ephemeral message
}

type topic struct {
	title  string
	closed bool
}

// Place is a group, supergroup, forum or channel to be made.
type Place struct {
	Title     string
	Username  string  // without @; a place with one is public
	Members   []int64 // users
	Admins    []int64 // users; the first is the owner
	Anonymous []int64 // those of the Admins who stay anonymous
	BotAdmin  bool    // the bot is an administrator, as it must be in a channel to write there
	Absent    bool    // the bot is no member yet
	Linked    int64   // of a supergroup: the channel whose posts come here
}

// AddUser makes somebody known to Telegram, who has not written to the bot.
func (s *Server) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.ID == 0 {
		s.lastUser++
		u.ID = s.lastUser
	}
	if u.FirstName == "" {
		u.FirstName = "User " + strconv.FormatInt(u.ID, 10)
	}
	s.users[u.ID] = u
	return u
}

// AddPrivate opens the private chat of a user with the bot, as /start does, and returns its id, which is the user's.
func (s *Server) AddPrivate(user int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.privately(user).started = true
	return user
}

// privately is the private chat of a user. The lock is held.
func (s *Server) privately(user int64) *chat {
	if c, ok := s.chats[user]; ok {
		return c
	}
	s.mustUser(user)
	c := newChat(user, private, Place{})
	c.members[user], c.members[s.me.ID] = member, member
	s.chats[user] = c
	return c
}

// AddGroup makes a basic group and returns its id.
func (s *Server) AddGroup(p Place) int64 { return s.addPlace(group, p, -1).id }

// AddSupergroup makes a supergroup and returns its id.
func (s *Server) AddSupergroup(p Place) int64 { return s.addPlace(supergroup, p, superBase).id }

// AddChannel makes a channel and returns its id.
func (s *Server) AddChannel(p Place) int64 { return s.addPlace(channel, p, superBase).id }

// AddForum makes a supergroup with topics beside the General one, and returns its id and theirs.
func (s *Server) AddForum(p Place, topics ...string) (id int64, threads []int) {
	c := s.addPlace(supergroup, p, superBase)
	s.mu.Lock()
	c.forum = true
	s.mu.Unlock()
	for _, title := range topics {
		threads = append(threads, s.addTopic(c.id, title).ID)
	}
	return c.id, threads
}

// superBase is where the ids of supergroups and channels begin, downwards.
const superBase = -1_000_000_000_000

func newChat(id int64, kind string, p Place) *chat {
	return &chat{
		id: id, kind: kind, title: p.Title, username: p.Username, linked: p.Linked,
		members: map[int64]string{}, anonymous: map[int64]bool{}, topics: map[int]*topic{},
	}
}

func (s *Server) addPlace(kind string, p Place, base int64) *chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastChat++
	c := newChat(base-s.lastChat, kind, p)
	for _, u := range p.Members {
		c.members[s.mustUser(u).ID] = member
	}
	for i, u := range p.Admins {
		c.members[s.mustUser(u).ID] = administrator
		if i == 0 {
			c.members[u] = creator
		}
	}
	for _, u := range p.Anonymous {
		c.anonymous[u] = true
	}
	switch {
	case p.Absent:
	case p.BotAdmin:
		c.members[s.me.ID] = administrator
	default:
		c.members[s.me.ID] = member
	}
	s.chats[c.id] = c
	return c
}

// AddTopic opens a topic in a forum and returns its id. The bot learns of it.
func (s *Server) AddTopic(chatID int64, title string) int {
	m := s.addTopic(chatID, title)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publishMessage(s.mustChat(chatID), m)
	return m.ID
}

func (s *Server) addTopic(chatID int64, title string) *Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.mustChat(chatID)
	if !c.forum {
		panic(fmt.Sprintf("telegramsrv: chat %d is no forum", chatID))
	}
	m := s.service(c, object{"forum_topic_created": object{"name": title, "icon_color": 7322096}})
	c.topics[m.ID] = &topic{title: title}
	m.Thread = m.ID
	s.signal()
	return m
}

// CloseTopic lets nobody but administrators write in a topic any more.
func (s *Server) CloseTopic(chatID int64, thread int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustTopic(chatID, thread).closed = true
}

// DeleteTopic takes a topic away with all that was said in it.
func (s *Server) DeleteTopic(chatID int64, thread int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustTopic(chatID, thread)
	c := s.mustChat(chatID)
	delete(c.topics, thread)
	for _, m := range c.messages {
		if m.Thread == thread {
			m.Deleted = true
		}
	}
	s.signal()
}

func (s *Server) mustTopic(chatID int64, thread int) *topic {
	t, ok := s.mustChat(chatID).topics[thread]
	if !ok {
		panic(fmt.Sprintf("telegramsrv: no topic %d in chat %d", thread, chatID))
	}
	return t
}

func (s *Server) mustUser(id int64) User {
	u, ok := s.users[id]
	if !ok {
		panic(fmt.Sprintf("telegramsrv: no user %d", id))
	}
	return u
}

func (s *Server) mustChat(id int64) *chat {
	c, ok := s.chats[id]
	if !ok {
		panic(fmt.Sprintf("telegramsrv: no chat %d", id))
	}
	return c
}

// chatJSON is a chat as messages show it.
func (s *Server) chatJSON(c *chat) object {
	o := object{"id": c.id, "type": c.kind}
	if c.kind == private {
		u := s.users[c.id].json()
		for _, name := range []string{"first_name", "last_name", "username"} {
			if v, ok := u[name]; ok {
				o[name] = v
			}
		}
		return o
	}
	o["title"] = c.title
	if c.username != "" {
		o["username"] = c.username
	}
	if c.forum {
		o["is_forum"] = true
	}
	return o
}

// find is the chat that a call names, by its id or its @username.
func (s *Server) find(p params) (*chat, error) {
	named := strings.TrimSpace(p.text("chat_id"))
	if named == "" {
		return nil, badRequest("chat_id is empty")
	}
	if name, ok := strings.CutPrefix(named, "@"); ok {
		for _, c := range s.chats {
			if c.kind != private && strings.EqualFold(c.username, name) {
				return c, nil
			}
		}
		return nil, badRequest("chat not found")
	}
	id, err := strconv.ParseInt(named, 10, 64)
	if err != nil {
		return nil, badRequest("chat not found")
	}
	if c, ok := s.chats[id]; ok {
		return c, nil
	}
	if _, ok := s.users[id]; ok && id != s.me.ID {
		return s.privately(id), nil
	}
	return nil, badRequest("chat not found")
}

// reachable says why the bot cannot do anything in a chat, if so.
func (s *Server) reachable(c *chat) error {
	if c.migratedTo != 0 {
		return &APIError{Code: 400, Description: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: c.migratedTo}
	}
	if c.kind == private {
		return s.reachableUser(c)
	}
	switch c.members[s.me.ID] {
	case creator, administrator, member, restricted:
		return nil
	case kicked:
		return forbidden("bot was kicked from the " + c.kind + " chat")
	case left:
		return forbidden("bot is not a member of the " + c.kind + " chat")
	}
	if c.username != "" {
		return forbidden("bot is not a member of the " + c.kind + " chat")
	}
	return badRequest("chat not found")
}

func (s *Server) reachableUser(c *chat) error {
	switch {
	case s.users[c.id].IsBot:
		return forbidden("bot can't send messages to bots")
	case !c.started:
		return forbidden("bot can't initiate conversation with a user")
	case c.members[s.me.ID] == kicked:
		return forbidden("bot was blocked by the user")
	}
	return nil
}

// admin reports whether somebody may govern a chat.
func (c *chat) admin(user int64) bool {
	return c.members[user] == administrator || c.members[user] == creator
}

// memberJSON is somebody's standing in a chat.
func (s *Server) memberJSON(c *chat, user int64, status string) object {
	o := object{"user": s.users[user].json(), "status": status}
	switch status {
	case administrator, creator:
		o["is_anonymous"] = c.anonymous[user]
		if status == creator {
			return o
		}
		for _, right := range []string{"can_manage_chat", "can_delete_messages", "can_invite_users", "can_pin_messages", "can_manage_topics"} {
			o[right] = true
		}
		o["can_be_edited"] = false
		if c.kind == channel {
			o["can_post_messages"], o["can_edit_messages"] = true, true
		}
	case restricted:
		o["is_member"], o["can_send_messages"], o["until_date"] = true, false, 0
	case kicked:
		o["until_date"] = 0
	}
	return o
}

func (s *Server) getChat(p params) (any, error) {
	c, err := s.find(p)
	if err != nil {
		return nil, err
	}
	open := c.kind != private && c.username != "" && c.migratedTo == 0
	if err := s.reachable(c); err != nil && !open {
		return nil, err
	}
	o := s.chatJSON(c)
	maps.Copy(o, object{"accent_color_id": 0, "max_reaction_count": 11})
	if c.kind == group || c.kind == supergroup {
		o["permissions"] = object{"can_send_messages": !c.hushed, "can_send_photos": !c.hushed}
	}
	if c.linked != 0 {
		o["linked_chat_id"] = c.linked
	}
	return o, nil
}

func (s *Server) getChatMember(p params) (any, error) {
	c, err := s.find(p)
	if err != nil {
		return nil, err
	}
	if err := s.reachable(c); err != nil {
		return nil, err
	}
	id := p.number("user_id")
	if _, known := s.users[id]; !known {
		return nil, badRequest("user not found")
	}
	status, ok := c.members[id]
	if !ok {
		status = left
	}
	return s.memberJSON(c, id, status), nil
}

func (s *Server) getChatAdministrators(p params) (any, error) {
	c, err := s.find(p)
	if err != nil {
		return nil, err
	}
	if c.kind == private {
		return nil, badRequest("there are no administrators in the private chat")
	}
	if err := s.reachable(c); err != nil {
		return nil, err
	}
	all := []object{}
	for _, id := range slices.Sorted(maps.Keys(c.members)) {
		if c.admin(id) {
			all = append(all, s.memberJSON(c, id, c.members[id]))
		}
	}
	return all, nil
}

func (s *Server) getChatMemberCount(p params) (any, error) {
	c, err := s.find(p)
	if err != nil {
		return nil, err
	}
	if err := s.reachable(c); err != nil {
		return nil, err
	}
	n := 0
	for _, status := range c.members {
		if status != left && status != kicked {
			n++
		}
	}
	return n, nil
}

func (s *Server) leaveChat(p params) (any, error) {
	c, err := s.find(p)
	if err != nil {
		return nil, err
	}
	if c.kind == private {
		return nil, badRequest("chat member status can't be changed in private chats")
	}
	if err := s.reachable(c); err != nil {
		return nil, err
	}
	s.stand(c, s.me.ID, s.me.ID, left)
	return true, nil
}
