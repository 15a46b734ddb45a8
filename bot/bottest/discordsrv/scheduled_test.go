package discordsrv_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/discordsrv"
)

// calendar lets the bot make events, and returns their path and a body for one in an hour.
func (w *world) calendar(may discordsrv.Permission) (path string, body object) {
	w.SetPermissions(w.guild.ID, w.guild.BotRole, may)
	return "guilds/" + w.guild.ID + "/scheduled-events", object{
		"name": "Launch", "privacy_level": 2, "entity_type": 3, "entity_metadata": object{"location": "https://live.example"},
		"scheduled_start_time": w.now.Add(time.Hour), "scheduled_end_time": w.now.Add(2 * time.Hour), "channel_id": nil,
	}
}

func TestEventsThatDiscordRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path, body := w.calendar(discordsrv.CreateEvents)
	long := func(n int) string { return strings.Repeat("ж", n) }
	for name, c := range map[string]struct {
		body object
		want map[string]string
	}{
		"all is well":    {with(body, "name", long(100), "description", long(1000), "image", "data:image/png;base64,AA=="), map[string]string{}},
		"no name":        {with(body, "name", nil), map[string]string{"name": "BASE_TYPE_REQUIRED"}},
		"a long name":    {with(body, "name", long(101)), map[string]string{"name": "BASE_TYPE_BAD_LENGTH"}},
		"a long text":    {with(body, "description", long(1001)), map[string]string{"description": "BASE_TYPE_MAX_LENGTH"}},
		"no place":       {with(body, "entity_metadata", nil), map[string]string{"entity_metadata.location": "BASE_TYPE_REQUIRED"}},
		"a long place":   {with(body, "entity_metadata", object{"location": long(101)}), map[string]string{"entity_metadata.location": "BASE_TYPE_BAD_LENGTH"}},
		"no end":         {with(body, "scheduled_end_time", nil), map[string]string{"scheduled_end_time": "BASE_TYPE_REQUIRED"}},
		"the past":       {with(body, "scheduled_start_time", w.now), map[string]string{"scheduled_start_time": "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST"}},
		"an early end":   {with(body, "scheduled_end_time", w.now.Add(time.Hour)), map[string]string{"scheduled_end_time": "GUILD_SCHEDULED_EVENT_END_BEFORE_START"}},
		"for the public": {with(body, "privacy_level", 1), map[string]string{"privacy_level": "BASE_TYPE_CHOICES"}},
		"a channel":      {with(body, "channel_id", w.channel), map[string]string{"channel_id": "BASE_TYPE_CHOICES"}},
		"a picture":      {with(body, "image", "https://cars.example"), map[string]string{"image": "IMAGE_INVALID"}},
		"active":         {with(body, "status", 2), map[string]string{"status": "UNKNOWN_FIELD"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, w.call(t, http.MethodPost, path, c.body).wrong(t)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnEventGoesItsWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		steps []int
		said  string // to the last one
		ends  int
	}{
		"started and completed":  {[]int{2, 3}, "", 3},
		"canceled":               {[]int{4}, "", 4},
		"completed at once":      {[]int{3}, "400 50035 Invalid Form Body", 1},
		"canceled while active":  {[]int{2, 4}, "400 50035 Invalid Form Body", 2},
		"started after its end":  {[]int{2, 3, 2}, "400 180000 Cannot update a finished event", 3},
		"scheduled again":        {[]int{2, 1}, "400 50035 Invalid Form Body", 2},
		"canceled and scheduled": {[]int{4, 1}, "400 180000 Cannot update a finished event", 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			path, body := w.calendar(discordsrv.CreateEvents)
			w.call(t, http.MethodPost, path, body)
			said := ""
			for _, status := range c.steps {
				said = w.call(t, http.MethodPatch, path+"/"+w.Events(w.guild.ID)[0].ID, object{"status": status}).said()
			}
			if e := w.Events(w.guild.ID)[0]; said != c.said || e.Status != c.ends {
				t.Errorf("said %q, ended as %d", said, e.Status)
			}
		})
	}
}

func TestAnEventStartsAndEndsByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path, body := w.calendar(discordsrv.CreateEvents)
	w.call(t, http.MethodPost, path, body)
	w.now = w.now.Add(time.Hour)
	if all := list(t, w.call(t, http.MethodGet, path, nil)); len(all) != 1 || all[0]["status"] != 2.0 {
		t.Errorf("listed %v", all)
	}
	w.now = w.now.Add(time.Hour)
	if all := list(t, w.call(t, http.MethodGet, path, nil)); len(all) != 0 || w.Events(w.guild.ID)[0].Status != discordsrv.EventCompleted {
		t.Errorf("listed %v", all)
	}
}

func TestAnEventIsMovedFoundAndDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path, body := w.calendar(discordsrv.CreateEvents)
	id := w.call(t, http.MethodPost, path, body).id(t)
	moved := object{"scheduled_start_time": w.now.Add(3 * time.Hour), "scheduled_end_time": w.now.Add(4 * time.Hour)}
	if said := w.call(t, http.MethodPatch, path+"/"+id, moved).said(); said != "" {
		t.Error(said)
	}
	e := w.Events(w.guild.ID)[0]
	if e.Name != "Launch" || !e.Starts.Equal(w.now.Add(3*time.Hour)) || e.Location != "https://live.example" || e.Changes != 1 || e.Creator != w.Me().ID {
		t.Errorf("stored %+v", e)
	}
	if got := w.call(t, http.MethodGet, path+"/"+id, nil).body(t); got["scheduled_start_time"] != "2026-11-02T12:00:00.000000+00:00" {
		t.Errorf("shown %v", got)
	}
	if said := w.call(t, http.MethodDelete, path+"/"+id, nil).said(); said != "" || !w.Events(w.guild.ID)[0].Deleted {
		t.Error(said)
	}
	if said := w.call(t, http.MethodPatch, path+"/"+id, moved).said(); said != "404 10070 Unknown Guild Scheduled Event" {
		t.Error(said)
	}
}

func TestWhoMayMakeEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path, body := w.calendar(0)
	if said := w.call(t, http.MethodPost, path, body).said(); said != "403 50013 Missing Permissions" {
		t.Error(said)
	}
	w.calendar(discordsrv.ManageEvents)
	if said := w.call(t, http.MethodPost, path, body).said(); said != "403 50013 Missing Permissions" {
		t.Error(said)
	}
	w.calendar(discordsrv.CreateEvents)
	id := w.call(t, http.MethodPost, path, body).id(t)
	w.calendar(0)
	if said := w.call(t, http.MethodDelete, path+"/"+id, nil).said(); said != "403 50013 Missing Permissions" {
		t.Error(said)
	}
	w.calendar(discordsrv.ManageEvents)
	if said := w.call(t, http.MethodDelete, path+"/"+id, nil).said(); said != "" {
		t.Error(said)
	}
}

func TestAGuildHasAHundredEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path, body := w.calendar(discordsrv.CreateEvents)
	for range 100 {
		w.call(t, http.MethodPost, path, body)
	}
	if said := w.call(t, http.MethodPost, path, body).said(); said != "400 30038 Maximum number of uncompleted guild scheduled events reached (100)" {
		t.Error(said)
	}
	w.DeleteEvent(w.guild.ID, w.Events(w.guild.ID)[7].ID)
	if said := w.call(t, http.MethodPost, path, body).said(); said != "" {
		t.Error(said)
	}
}
