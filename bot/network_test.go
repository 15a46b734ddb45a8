package bot_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"boardcast/bot"
)

func TestWhyNobodyAnswersIsSaidInTheSameWordsEachTime(t *testing.T) {
	t.Parallel()
	addressed := func(err error) error {
		return &net.OpError{Op: "read", Source: &net.TCPAddr{Port: time.Now().Nanosecond()}, Err: err}
	}
	for want, err := range map[string]error{
		"its name is not known":               addressed(&net.DNSError{Err: "no such host"}),
		"its certificate is not trusted here": &tls.CertificateVerificationError{Err: errors.New("unknown authority")},
		"connection refused":                  addressed(syscall.ECONNREFUSED),
		"no answer in time":                   fmt.Errorf("dial: %w", context.DeadlineExceeded),
		"connection reset by peer":            addressed(syscall.ECONNRESET),
		"something else":                      errors.New("something else"),
	} {
		if got := bot.NetworkTrouble(err); got != want {
			t.Errorf("%v is said as %q, want %q", err, got, want)
		}
	}
}
