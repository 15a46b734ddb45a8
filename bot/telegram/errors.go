package telegram

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"boardcast/bot"
)

// apiError is an answer of the server that says no.
type apiError struct {
	Method      string
	Status      int // as in HTTP
	Description string
	RetryAfter  time.Duration // not 0: too much was asked for, and when it may be asked again
	MigrateTo   int64         // not 0: the group has become this supergroup
}

func (e *apiError) Error() string {
	return fmt.Sprintf("%s: %d %s", e.Method, e.Status, e.Description)
}

// says reports whether the description has one of some texts in it, whatever their case.
func (e *apiError) says(texts ...string) bool {
	description := strings.ToLower(e.Description)
	for _, text := range texts {
		if strings.Contains(description, strings.ToLower(text)) {
			return true
		}
	}
	return false
}

// lostError says that there was no answer that could be read.
type lostError struct {
	Method string
	Host   string
	Status int  // of HTTP; 0 if nothing answered
	Sent   bool // what was asked may have been done; if not, it certainly was not
	Err    error
}

func (e *lostError) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("%s: no answer that could be read (HTTP %d): %v", e.Method, e.Status, e.Err)
	}
	return fmt.Sprintf("%s: no answer: %v", e.Method, e.Err)
}

// Unwrap returns what hid the answer.
func (e *lostError) Unwrap() error { return e.Err }

// migratedError says that a group has become a supergroup, with another id.
type migratedError struct{ To int64 }

func (e *migratedError) Error() string { return fmt.Sprintf("the group is now chat %d", e.To) }

var (
	// errThreadGone says that the topic of a chat was deleted; the chat is there.
	errThreadGone = errors.New("the topic is gone")
	// errNotEditable says that a message was deleted or can no longer be changed.
	errNotEditable = errors.New("the message cannot be edited")
)

// operatorsTrouble is when to try again what fails for a wrong token or a wrong address: it stays until somebody mends it.
const operatorsTrouble = time.Minute

// sendError is what a Sender returns for an error of a method that sends or edits: nil when an edit changed nothing; else
// bot.ErrGone, errThreadGone and errNotEditable, wrapped; *bot.RetryError, *bot.RefusedError, *bot.UnknownError, *migratedError.
// An error that is neither an *apiError nor a *lostError is returned as it is.
func sendError(err error) error {
	if lost, ok := errors.AsType[*lostError](err); ok {
		return lostSendError(lost)
	}
	answer, ok := errors.AsType[*apiError](err)
	if !ok {
		return err
	}
	switch {
	case answer.MigrateTo != 0:
		return &migratedError{To: answer.MigrateTo}
	case answer.Status == http.StatusTooManyRequests || answer.RetryAfter > 0:
		return &bot.RetryError{After: answer.RetryAfter, Err: err}
	case answer.Status == http.StatusForbidden:
		return goneError(answer)
	case misconfigured(answer.Status):
		return &bot.RetryError{Err: err} // nothing can be sent until somebody mends it: an outage
	case answer.Status >= 500:
		return &bot.UnknownError{Err: err} // it, or a front end, may have lost sight of what it passed on: a restart aborts with 500
	case answer.Status < 400 || answer.Status == http.StatusConflict:
		return &bot.RetryError{Err: err}
	}
	return refusedSendError(answer)
}

func lostSendError(lost *lostError) error {
	if lost.Sent {
		return &bot.UnknownError{Err: lost}
	}
	return &bot.RetryError{Err: lost}
}

// misconfigured reports whether a status says that the token or the address is wrong.
func misconfigured(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusNotFound
}

func goneError(answer *apiError) error { return fmt.Errorf("%w: %w", bot.ErrGone, answer) }

// refusedSendError tells apart what Telegram says with status 400, which it does in words only.
func refusedSendError(answer *apiError) error {
	switch {
	case answer.says("message is not modified"):
		return nil
	case answer.says("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"):
		return fmt.Errorf("%w: %w", errNotEditable, answer)
	case answer.says("message thread not found", "TOPIC_DELETED"):
		return fmt.Errorf("%w: %w", errThreadGone, answer)
	case answer.says(goneTexts()...):
		return goneError(answer)
	}
	return &bot.RefusedError{Why: answer.Description}
}

// goneTexts are what Telegram says of a chat where the bot may not speak. Rights that are lacking for pictures or other media alone
// are not among them: there the chat takes words.
func goneTexts() []string {
	return []string{
		"chat not found", "user is deactivated", "group chat was deactivated", "PEER_ID_INVALID", "CHANNEL_PRIVATE",
		"not enough rights to send text messages", "have no rights to send a message", "CHAT_WRITE_FORBIDDEN", "CHAT_RESTRICTED",
		"bot is not a member", "need administrator rights in the channel chat", "TOPIC_CLOSED",
	}
}

// explain says in a sentence, for whoever runs the program, what is the matter and what to do about it.
func explain(err error) string {
	if lost, ok := errors.AsType[*lostError](err); ok {
		return explainLost(lost)
	}
	answer, ok := errors.AsType[*apiError](err)
	if !ok {
		return err.Error()
	}
	switch {
	case answer.Status == http.StatusUnauthorized:
		return "the token is wrong or was revoked; get a new one from @BotFather (/token) and set telegram.token"
	case answer.Status == http.StatusNotFound && (answer.Method == "getMe" || answer.Method == "getUpdates"):
		return noAPIThere
	case webhookIsSet(answer):
		return "a webhook is set, and while it is, Telegram gives this bot's updates to nobody who asks; boardcast deletes it"
	case answer.Status == http.StatusConflict:
		return "another process reads this bot's updates; stop it; boardcast goes on trying"
	case answer.Status == http.StatusTooManyRequests:
		return "this bot asked Telegram for too much; boardcast goes on as soon as it may"
	case answer.Status >= 500:
		return fmt.Sprintf("Telegram has trouble of its own (%d %s); boardcast goes on trying", answer.Status, answer.Description)
	}
	return answer.Error()
}

const noAPIThere = "nothing answers as a Bot API at telegram.api_url: the address is wrong, or the token is malformed"

// webhookIsSet reports whether updates cannot be read because of a webhook.
func webhookIsSet(answer *apiError) bool {
	return answer.Status == http.StatusConflict && answer.says("webhook is active", "deleteWebhook")
}

func explainLost(lost *lostError) string {
	switch {
	case lost.Status >= 500:
		return fmt.Sprintf("%s is up but does not serve (HTTP %d); boardcast goes on trying", lost.Host, lost.Status)
	case lost.Status != 0:
		return noAPIThere + fmt.Sprintf(" (%s, HTTP %d)", lost.Host, lost.Status)
	}
	return fmt.Sprintf("cannot reach %s: %s; is the network up, is telegram.api_url right?", lost.Host, bot.NetworkTrouble(lost.Err))
}
