// Receives ArkanPM webhooks: WEBHOOK_SECRET=... [PORT=8000] go run receiver.go
package main

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	bodyMaxBytes = 1 << 20
	tolerance    = 5 * time.Minute
	seenMax      = 100_000
)

type receiver struct {
	plainKey, standardKey []byte

	mu sync.Mutex
	// Ids taken so far. In production: a unique column, written in the transaction of the work itself.
	seen  map[string]bool
	order []string // Oldest first.
}

func (rc *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMaxBytes))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	w.WriteHeader(rc.receive(r.Header, body))
}

// receive gives the status to answer.
func (rc *receiver) receive(h http.Header, body []byte) int {
	id, timestamp := h.Get("webhook-id"), h.Get("webhook-timestamp")
	signatures, plainSignature := h.Get("webhook-signature"), h.Get("X-Signature")
	seconds, err := strconv.ParseUint(timestamp, 10, 40)
	if err != nil || id == "" || signatures == "" || plainSignature == "" {
		return http.StatusBadRequest
	}
	if time.Since(time.Unix(int64(seconds), 0)).Abs() > tolerance {
		return http.StatusUnauthorized
	}

	standard := sign(rc.standardKey, append([]byte(id+"."+timestamp+"."), body...))
	if !anyEqual(strings.Split(signatures, " "), "v1,"+base64.StdEncoding.EncodeToString(standard)) {
		return http.StatusUnauthorized
	}
	// While a rotation lasts, a receiver that still has the old secret finds its own signature in X-Signature-Previous.
	plain := hex.EncodeToString(sign(rc.plainKey, body))
	if !anyEqual([]string{plainSignature, h.Get("X-Signature-Previous")}, plain) {
		return http.StatusUnauthorized
	}

	if rc.isNew(id) {
		fmt.Println("processed", id) // Your work begins here: queue the body, then answer.
	} else {
		fmt.Println("duplicate", id)
	}
	return http.StatusNoContent
}

func (rc *receiver) isNew(id string) bool {
	rc.mu.Lock()
	defer rc.mu.Unlock()
	if rc.seen[id] {
		return false
	}
	rc.seen[id], rc.order = true, append(rc.order, id)
	if len(rc.order) > seenMax {
		delete(rc.seen, rc.order[0])
		rc.order = rc.order[1:]
	}
	return true
}

func sign(key, data []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(data)
	return mac.Sum(nil)
}

// anyEqual compares in a time that does not tell how much of a candidate is right.
func anyEqual(candidates []string, expected string) bool {
	return slices.ContainsFunc(candidates, func(candidate string) bool {
		return hmac.Equal([]byte(candidate), []byte(expected))
	})
}

func main() {
	secret := os.Getenv("WEBHOOK_SECRET")
	rc := &receiver{plainKey: []byte(secret), standardKey: []byte(secret), seen: map[string]bool{}}
	if encoded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		rc.standardKey, _ = base64.StdEncoding.DecodeString(encoded)
	}
	if len(rc.standardKey) == 0 {
		log.Fatal("WEBHOOK_SECRET is missing or not whsec_ and Base64")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+cmp.Or(os.Getenv("PORT"), "8000"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("ready http://%s\n", listener.Addr())
	server := &http.Server{Handler: rc, ReadTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}
