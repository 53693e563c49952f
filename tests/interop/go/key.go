package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"os"
	"strings"
	"time"
	"unicode/utf16"
)

// testKey is the key store provider ES_TEST_KEY: one RSA key out of a PEM file (PKCS#8).
type testKey struct{ key *rsa.PrivateKey }

func loadTestKey(file string) (*testKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "PRIVATE KEY" {
			key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				return nil, err
			}
			return &testKey{key.(*rsa.PrivateKey)}, nil
		}
	}
	return nil, errors.New("no private key in " + file)
}

func utf16le(text string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// Version 1, lengths of path and ciphertext, path, RSA-OAEP of the key, signature over all of it.
func (t *testKey) EncryptColumnEncryptionKey(_ context.Context, path, _ string, cek []byte) ([]byte, error) {
	secret, err := rsa.EncryptOAEP(sha1.New(), rand.Reader, &t.key.PublicKey, cek, nil)
	if err != nil {
		return nil, err
	}
	name := utf16le(strings.ToLower(path))
	out := binary.LittleEndian.AppendUint16([]byte{1}, uint16(len(name)))
	out = binary.LittleEndian.AppendUint16(out, uint16(len(secret)))
	out = append(append(out, name...), secret...)
	signature, err := t.sign(out)
	return append(out, signature...), err
}

func (t *testKey) DecryptColumnEncryptionKey(_ context.Context, _, algorithm string, value []byte) ([]byte, error) {
	if !strings.EqualFold(algorithm, "RSA_OAEP") || len(value) < 5 || value[0] != 1 {
		return nil, errors.New("not a key wrapped by RSA_OAEP")
	}
	path, secret := int(binary.LittleEndian.Uint16(value[1:])), int(binary.LittleEndian.Uint16(value[3:]))
	if len(value) < 5+path+secret {
		return nil, errors.New("a wrapped key is too short")
	}
	digest := sha256.Sum256(value[:5+path+secret])
	if err := rsa.VerifyPKCS1v15(&t.key.PublicKey, crypto.SHA256, digest[:], value[5+path+secret:]); err != nil {
		return nil, err
	}
	return rsa.DecryptOAEP(sha1.New(), nil, t.key, value[5+path:5+path+secret], nil)
}

func (t *testKey) sign(message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	return rsa.SignPKCS1v15(rand.Reader, t.key, crypto.SHA256, digest[:])
}

func (t *testKey) SignColumnMasterKeyMetadata(_ context.Context, path string, allow bool) ([]byte, error) {
	if !allow {
		return nil, nil
	}
	return t.sign(utf16le(strings.ToLower("ES_TEST_KEY" + path + "true")))
}

func (t *testKey) VerifyColumnMasterKeyMetadata(context.Context, string, bool) (*bool, error) {
	return nil, nil
}

func (t *testKey) KeyLifetime() *time.Duration { return nil }
