package telegramsrv

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// hookTries is how often an update is offered to a webhook. The real server goes on for a day; a test shall end.
const hookTries = 5

const defaultHookPause = 100 * time.Millisecond

var secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]{0,256}$`)

// hook is a webhook and its delivery.
type hook struct {
	url, secret string
	cancel      context.CancelFunc
	lastError   string
	failedAt    time.Time
}

func (s *Server) setWebhook(p params) (any, error) {
	target := p.text("url")
	if target == "" {
		return s.deleteWebhook(p)
	}
	if !hookURL(target) {
		return nil, badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	}
	secret := p.text("secret_token")
	if !secretToken.MatchString(secret) {
		return nil, badRequest("secret token contains unallowed characters")
	}
	if err := s.want(p); err != nil {
		return nil, err
	}
	s.dropPending(p)
	s.unhook()
	s.updates.endPoll("terminated by setWebhook request")
	ctx, cancel := context.WithCancel(context.Background())
	h := &hook{url: target, secret: secret, cancel: cancel}
	s.hook = h
	s.hooks.Go(func() { s.deliver(ctx, h) })
	return true, nil
}

// hookURL reports whether updates may go there: with TLS, or to this machine, as those of a test do.
func hookURL(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

func (s *Server) dropPending(p params) {
	if p.flag("drop_pending_updates") {
		s.updates.waiting = nil
	}
}

// unhook ends a delivery. It is [Server.Close] that waits for it, because here the lock is held.
func (s *Server) unhook() {
	if s.hook != nil {
		s.hook.cancel()
	}
	s.hook = nil
}

func (s *Server) deleteWebhook(p params) (any, error) {
	s.dropPending(p)
	s.unhook()
	return true, nil
}

func (s *Server) getWebhookInfo(params) (any, error) {
	o := object{"url": "", "has_custom_certificate": false, "pending_update_count": len(s.updates.waiting)}
	if s.hook != nil {
		o["url"] = s.hook.url
		o["max_connections"] = 40
		if s.hook.lastError != "" {
			o["last_error_date"], o["last_error_message"] = s.hook.failedAt.Unix(), s.hook.lastError
		}
	}
	if len(s.updates.allowed) > 0 {
		o["allowed_updates"] = s.updates.allowed
	}
	return o, nil
}

// deliver offers updates to a webhook, one after the other, until it is taken away.
func (s *Server) deliver(ctx context.Context, h *hook) {
	for tries := 0; ctx.Err() == nil; {
		u, changed, ok := s.oldest()
		if !ok {
			select {
			case <-changed:
			case <-ctx.Done():
			}
			continue
		}
		err := s.offer(ctx, h, u)
		if ctx.Err() != nil {
			return
		}
		tries++
		if s.offered(h, u, err, tries) {
			tries = 0
			continue
		}
		pause(ctx, s.hookPause())
	}
}

func (s *Server) hookPause() time.Duration {
	if s.cfg.HookPause > 0 {
		return s.cfg.HookPause
	}
	return defaultHookPause
}

func (s *Server) oldest() (update, <-chan struct{}, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.updates.waiting) == 0 {
		return update{}, s.change, false
	}
	return s.updates.waiting[0], s.change, true
}

// offer posts an update to a webhook.
func (s *Server) offer(ctx context.Context, h *hook, u update) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(u.raw))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	}
	client := s.cfg.HookClient
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return wrong("Wrong response from the webhook: %s", answer.Status)
	}
	return nil
}

// offered notes how an offer went, and reports whether the next update has its turn: this one was taken, or was offered enough.
func (s *Server) offered(h *hook, u update, err error, tries int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	if err != nil {
		h.lastError, h.failedAt = err.Error(), s.cfg.Now()
		if tries < hookTries {
			return false
		}
		s.stats.Unmoved++
	} else {
		s.stats.Hooked++
	}
	s.updates.confirm(u.id+1, s.cfg.Now())
	return true
}
