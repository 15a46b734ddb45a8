package telegramsrv

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// The limits of inline answers.
const (
	maxResults = 50
	maxResult  = 64 // bytes of an id
)

// startParameter is what a deep link may carry.
var startParameter = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// asking is an inline query.
type asking struct {
	at     time.Time
	user   int64
	answer *InlineAnswer
}

// InlineAnswer is how the bot answered an inline query.
type InlineAnswer struct {
	Results    []InlineResult
	Cache      int // seconds
	Personal   bool
	NextOffset string
	Button     string // the text of the button above the results
	Start      string // what that button starts the bot with
}

// InlineResult is one that somebody may choose.
type InlineResult struct {
	ID          string
	Type        string
	Title       string
	Description string
	Content     Content // what is sent then
}

// Inline has somebody type a query behind the name of the bot, and returns its id.
func (s *Server) Inline(user int64, query string) string { return s.InlineFrom(user, query, "") }

// InlineFrom is [Server.Inline] for the results after an offset.
func (s *Server) InlineFrom(user int64, query, offset string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	id := s.newQuery()
	s.asked[id] = &asking{at: s.cfg.Now(), user: user}
	s.publish("inline_query", object{"id": id, "from": s.mustUser(user).json(), "query": query, "offset": offset})
	return id
}

// InlineAnswer is how the bot answered an inline query, and false as long as it has not.
func (s *Server) InlineAnswer(query string) (InlineAnswer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, ok := s.asked[query]; ok && a.answer != nil {
		return *a.answer, true
	}
	return InlineAnswer{}, false
}

// Choose has the one who asked send a result into a chat, and returns the message and its inline_message_id.
func (s *Server) Choose(query, result string, chatID int64) (Message, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	a := s.asked[query]
	if a == nil || a.answer == nil {
		panic("telegramsrv: an inline query without an answer")
	}
	for _, r := range a.answer.Results {
		if r.ID != result {
			continue
		}
		c := s.mustChat(chatID)
		m := s.store(c, &Message{From: a.user, Via: s.me.ID, Content: r.Content, inner: "inline-" + strconv.Itoa(len(c.messages)+1) + "-" + query})
		s.publish("chosen_inline_result", object{"result_id": r.ID, "from": s.users[a.user].json(), "query": "", "inline_message_id": m.inner})
		s.publishMessage(c, m)
		return m.clone(), m.inner
	}
	panic(fmt.Sprintf("telegramsrv: no result %q", result))
}

type resultJSON struct {
	Type        string          `json:"type"`
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Markup      json.RawMessage `json:"reply_markup"`
	Content     *struct {
		Text     string          `json:"message_text"`
		Mode     string          `json:"parse_mode"`
		Entities json.RawMessage `json:"entities"`
		Preview  json.RawMessage `json:"link_preview_options"`
	} `json:"input_message_content"`
}

func (s *Server) answerInlineQuery(p params) (any, error) {
	answer := &InlineAnswer{Cache: 300, Personal: p.flag("is_personal"), NextOffset: p.text("next_offset")}
	if p.text("cache_time") != "" {
		answer.Cache = int(p.number("cache_time"))
	}
	var err error
	if answer.Results, err = s.readResults(p); err != nil {
		return nil, err
	}
	if len(answer.NextOffset) > maxResult {
		return nil, badRequest("NEXT_OFFSET_INVALID")
	}
	if err := answer.readButton(p); err != nil {
		return nil, err
	}
	a, ok := s.asked[p.text("inline_query_id")]
	if !ok || a.answer != nil || s.cfg.Now().Sub(a.at) > queryLife {
		return nil, tooOld()
	}
	a.answer = answer
	return true, nil
}

func (a *InlineAnswer) readButton(p params) error {
	var button struct {
		Text   string          `json:"text"`
		Start  string          `json:"start_parameter"`
		WebApp json.RawMessage `json:"web_app"`
	}
	ok, err := p.object("button", &button)
	if err != nil || !ok {
		return err
	}
	if button.Text == "" {
		return badRequest("can't parse inline query results button: text must be non-empty")
	}
	if button.WebApp == nil && !startParameter.MatchString(button.Start) {
		return badRequest("START_PARAM_INVALID")
	}
	a.Button, a.Start = button.Text, button.Start
	return nil
}

func (s *Server) readResults(p params) ([]InlineResult, error) {
	var read []resultJSON
	if _, err := p.object("results", &read); err != nil {
		return nil, badRequest("can't parse inline query results JSON object")
	}
	if len(read) > maxResults {
		return nil, badRequest("RESULTS_TOO_MUCH")
	}
	seen := map[string]bool{}
	all := []InlineResult{}
	for _, from := range read {
		result, err := s.readResult(from)
		if err != nil {
			return nil, err
		}
		if seen[result.ID] {
			return nil, badRequest("RESULT_ID_DUPLICATE")
		}
		seen[result.ID] = true
		all = append(all, result)
	}
	return all, nil
}

func (s *Server) readResult(from resultJSON) (InlineResult, error) {
	result := InlineResult{ID: from.ID, Type: from.Type, Title: from.Title, Description: from.Description}
	switch {
	case len(from.ID) < 1 || len(from.ID) > maxResult:
		return result, badRequest("RESULT_ID_INVALID")
	case from.Type != "article":
		return result, badRequest("can't parse inline query result: the server of this test knows articles only")
	case from.Title == "":
		return result, badRequest("can't parse inline query result: Field \"title\" must be non-empty")
	case from.Content == nil:
		return result, badRequest("can't parse inline query result: Can't find field \"input_message_content\"")
	}
	values := map[string]string{
		"text": from.Content.Text, "parse_mode": from.Content.Mode, "entities": string(from.Content.Entities),
		"link_preview_options": string(from.Content.Preview), "reply_markup": string(from.Markup),
	}
	var err error
	result.Content, err = s.readText(params{values: values})
	return result, err
}
