package bot

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"syscall"
)

// NetworkTrouble says in few words, for whoever runs the program, what went wrong on the way to a messenger: the same words
// whenever it is the same.
func NetworkTrouble(err error) string {
	var (
		name *net.DNSError
		cert *tls.CertificateVerificationError
		slow net.Error
		op   *net.OpError
	)
	switch {
	case errors.As(err, &name):
		return "its name is not known"
	case errors.As(err, &cert):
		return "its certificate is not trusted here"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return "no answer in time"
	case errors.As(err, &op):
		return op.Err.Error() // without the ports, which differ each time
	}
	return err.Error()
}

// NeverLeft reports whether an error is one of making a connection: what was to be sent has certainly not arrived.
func NeverLeft(err error) bool {
	var (
		op   *net.OpError
		name *net.DNSError
		cert *tls.CertificateVerificationError
	)
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, &name) || errors.As(err, &cert)
}
