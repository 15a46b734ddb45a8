package discordsrv

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// The states of scheduled events.
const (
	EventScheduled = 1
	EventActive    = 2
	EventCompleted = 3
	EventCanceled  = 4
)

// The limits of scheduled events.
const (
	maxEventName = 100
	maxEventText = 1000
	maxLocation  = 100
	maxEvents    = 100 // scheduled or active, in a guild
	guildOnly    = 2
	external     = 3
)

// ScheduledEvent is an event in the calendar of a guild.
type ScheduledEvent struct {
	ID          string
	Guild       string
	Creator     string
	Name        string
	Description string
	Location    string
	Starts      time.Time
	Ends        time.Time
	Status      int
	Image       bool // it bears a picture
	Deleted     bool
	Changes     int // how often it was changed
}

// over reports whether an event is not in the calendar any more.
func (e *ScheduledEvent) over() bool {
	return e.Deleted || e.Status == EventCompleted || e.Status == EventCanceled
}

// Events are all scheduled events of a guild, oldest first, those that are over or deleted among them.
func (s *Server) Events(guildID string) []ScheduledEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []ScheduledEvent
	s.advance(s.mustGuild(guildID))
	for _, e := range s.mustGuild(guildID).events {
		all = append(all, *e)
	}
	return all
}

// advance starts the events of a guild whose time has come, and ends those whose time is over, as Discord does with external ones.
// The bot learns of it when somebody looks.
func (s *Server) advance(g *guild) {
	now := s.cfg.Now()
	for _, e := range g.events {
		before := e.Status
		if e.Status == EventScheduled && !now.Before(e.Starts) {
			e.Status = EventActive
		}
		if e.Status == EventActive && !now.Before(e.Ends) {
			e.Status = EventCompleted
		}
		if e.Status != before && !e.Deleted {
			s.tellEvent("GUILD_SCHEDULED_EVENT_UPDATE", e)
		}
	}
}

// reachCalendar is a guild that the bot names, with its events as they are now.
func (s *Server) reachCalendar(r *request) (*guild, error) {
	g, err := s.reachGuild(r.params["guild"])
	if err == nil {
		s.advance(g)
	}
	return g, err
}

func (s *Server) scheduledJSON(e *ScheduledEvent) object {
	o := object{
		"id": e.ID, "guild_id": e.Guild, "channel_id": nil, "creator_id": e.Creator, "name": e.Name, "description": orNull(e.Description),
		"scheduled_start_time": stamp(e.Starts), "scheduled_end_time": stamp(e.Ends), "privacy_level": guildOnly, "status": e.Status,
		"entity_type": external, "entity_id": nil, "entity_metadata": object{"location": e.Location}, "recurrence_rule": nil, "image": nil,
		"creator": s.users[e.Creator].json(), "user_count": 0,
	}
	if e.Image {
		o["image"] = "a1b2c3"
	}
	return o
}

// eventBody is what creates and changes scheduled events.
type eventBody struct {
	Channel     optional[string]     `json:"channel_id"`
	Metadata    *entityMetadata      `json:"entity_metadata"`
	Name        *string              `json:"name"`
	Privacy     *int                 `json:"privacy_level"`
	Starts      *time.Time           `json:"scheduled_start_time"`
	Ends        *time.Time           `json:"scheduled_end_time"`
	Description optional[string]     `json:"description"`
	Kind        *int                 `json:"entity_type"`
	Status      *int                 `json:"status"`
	Image       optional[string]     `json:"image"`
	Recurrence  optional[[]struct{}] `json:"recurrence_rule"`
}

type entityMetadata struct {
	Location string `json:"location"`
}

// apply has an event be as a body says, and notes what is wrong with it then.
func (b eventBody) apply(e *ScheduledEvent, p *problems, now time.Time) {
	assign(&e.Name, b.Name)
	assign(&e.Starts, b.Starts)
	assign(&e.Ends, b.Ends)
	if b.Description.given {
		e.Description = b.Description.value
	}
	if b.Metadata != nil {
		e.Location = b.Metadata.Location
	}
	if b.Image.given {
		e.Image = b.Image.value != ""
		if e.Image && !strings.HasPrefix(b.Image.value, "data:image/") {
			p.add("image", "IMAGE_INVALID", "Invalid image data.")
		}
	}
	if b.Channel.value != "" {
		p.add("channel_id", "BASE_TYPE_CHOICES", "An external event has no channel.")
	}
	if b.Privacy != nil && *b.Privacy != guildOnly {
		p.add("privacy_level", "BASE_TYPE_CHOICES", "Value must be one of (2,).")
	}
	if b.Kind != nil && *b.Kind != external {
		p.add("entity_type", "UNSUPPORTED", "This server knows external events only.")
	}
	p.filled("name", strings.TrimSpace(e.Name), maxEventName)
	p.longest("description", e.Description, maxEventText)
	p.filled("entity_metadata.location", e.Location, maxLocation)
	p.checkTimes(b, e, now)
}

func (p *problems) checkTimes(b eventBody, e *ScheduledEvent, now time.Time) {
	if b.Starts != nil && !b.Starts.After(now) {
		p.add("scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", "Cannot schedule event in the past.")
	}
	switch {
	case e.Ends.IsZero():
		p.required("scheduled_end_time")
	case b.Ends != nil && !b.Ends.After(now):
		p.add("scheduled_end_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", "Cannot schedule event in the past.")
	case !e.Ends.After(e.Starts):
		p.add("scheduled_end_time", "GUILD_SCHEDULED_EVENT_END_BEFORE_START", "An event ends after it starts.")
	}
}

// mayManage says why the bot may not change an event: it may change its own with one permission, and all with the other.
func (s *Server) mayManage(g *guild, e *ScheduledEvent) error {
	may := g.permissions(s.me.ID)
	if may.Has(ManageEvents) || may.Has(CreateEvents) && (e == nil || e.Creator == s.me.ID) {
		return nil
	}
	return missingPermissions()
}

func (s *Server) createEvent(r *request) (any, error) {
	g, err := s.reachCalendar(r)
	if err != nil {
		return nil, err
	}
	if !g.permissions(s.me.ID).Has(CreateEvents) {
		return nil, missingPermissions()
	}
	var body eventBody
	if err := strict(r.body, &body); err != nil {
		return nil, err
	}
	var p problems
	for name, given := range map[string]bool{
		"name": body.Name != nil, "privacy_level": body.Privacy != nil, "scheduled_start_time": body.Starts != nil, "entity_type": body.Kind != nil,
	} {
		if !given {
			p.required(name)
		}
	}
	if body.Status != nil {
		p.add("status", "UNKNOWN_FIELD", "An event is scheduled at first.")
	}
	e := &ScheduledEvent{ID: s.ids.next(), Guild: g.id, Creator: s.me.ID, Status: EventScheduled}
	body.apply(e, &p, s.cfg.Now())
	if err := p.err(); err != nil {
		return nil, err
	}
	there := slices.DeleteFunc(slices.Clone(g.events), (*ScheduledEvent).over)
	if len(there) >= maxEvents {
		return nil, refused(http.StatusBadRequest, 30038, "Maximum number of uncompleted guild scheduled events reached (100)")
	}
	g.events = append(g.events, e)
	s.tellEvent("GUILD_SCHEDULED_EVENT_CREATE", e)
	return s.scheduledJSON(e), nil
}

func (s *Server) tellEvent(name string, e *ScheduledEvent) {
	s.dispatch(event{name: name, guild: e.Guild, intent: ScheduledEvents, body: s.scheduledJSON(e)})
}

// reachEvent is an event that the bot names.
func (s *Server) reachEvent(r *request) (*guild, *ScheduledEvent, error) {
	g, err := s.reachCalendar(r)
	if err != nil {
		return nil, nil, err
	}
	at := slices.IndexFunc(g.events, func(e *ScheduledEvent) bool { return e.ID == r.params["event"] && !e.Deleted })
	if at < 0 {
		return nil, nil, refused(http.StatusNotFound, 10070, "Unknown Guild Scheduled Event")
	}
	return g, g.events[at], nil
}

func (s *Server) getEvent(r *request) (any, error) {
	_, e, err := s.reachEvent(r)
	if err != nil {
		return nil, err
	}
	return s.scheduledJSON(e), nil
}

// getEvents lists those that are scheduled or active: Discord forgets the others here.
func (s *Server) getEvents(r *request) (any, error) {
	g, err := s.reachCalendar(r)
	if err != nil {
		return nil, err
	}
	all := []object{}
	for _, e := range g.events {
		if !e.over() {
			all = append(all, s.scheduledJSON(e))
		}
	}
	return all, nil
}

func (s *Server) editEvent(r *request) (any, error) {
	g, e, err := s.reachEvent(r)
	if err != nil {
		return nil, err
	}
	if err := s.mayManage(g, e); err != nil {
		return nil, err
	}
	var body eventBody
	if err := strict(r.body, &body); err != nil {
		return nil, err
	}
	if e.over() {
		return nil, refused(http.StatusBadRequest, 180000, "Cannot update a finished event")
	}
	changed, p := *e, problems{}
	body.apply(&changed, &p, s.cfg.Now())
	if body.Status != nil && !e.becomes(*body.Status) {
		p.add("status", "GUILD_SCHEDULED_EVENT_INVALID_STATUS", "An event does not become %d after %d.", *body.Status, e.Status)
	}
	if body.Starts != nil && e.Status == EventActive && !body.Starts.Equal(e.Starts) {
		p.add("scheduled_start_time", "GUILD_SCHEDULED_EVENT_INVALID_STATUS", "An event that has started does not start at another time.")
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	assign(&changed.Status, body.Status)
	changed.Changes++
	*e = changed
	s.tellEvent("GUILD_SCHEDULED_EVENT_UPDATE", e)
	return s.scheduledJSON(e), nil
}

// becomes reports whether an event can have a status next.
func (e *ScheduledEvent) becomes(status int) bool {
	switch e.Status {
	case EventScheduled:
		return status == EventScheduled || status == EventActive || status == EventCanceled
	case EventActive:
		return status == EventActive || status == EventCompleted
	}
	return false
}

func (s *Server) deleteEvent(r *request) (any, error) {
	g, e, err := s.reachEvent(r)
	if err != nil {
		return nil, err
	}
	if err := s.mayManage(g, e); err != nil {
		return nil, err
	}
	e.Deleted = true
	s.tellEvent("GUILD_SCHEDULED_EVENT_DELETE", e)
	return nothing, nil
}

// DeleteEvent has a moderator delete an event.
func (s *Server) DeleteEvent(guildID, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.mustGuild(guildID).events {
		if e.ID == id && !e.Deleted {
			e.Deleted = true
			s.tellEvent("GUILD_SCHEDULED_EVENT_DELETE", e)
			return
		}
	}
	panic("discordsrv: no event " + id)
}
