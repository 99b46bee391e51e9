# Receives ArkanPM webhooks: WEBHOOK_SECRET=... [PORT=8000] ruby receiver.rb
require 'openssl'
require 'socket'
require 'timeout'

BODY_MAX_BYTES = 1024 * 1024
TOLERANCE_SECONDS = 5 * 60
SEEN_MAX = 100_000
REASONS = { 204 => 'No Content', 400 => 'Bad Request', 401 => 'Unauthorized', 411 => 'Length Required',
            413 => 'Content Too Large' }.freeze

PLAIN_KEY = ENV.fetch('WEBHOOK_SECRET')
# unpack1('m0') raises on what is not Base64.
STANDARD_KEY = PLAIN_KEY.start_with?('whsec_') ? PLAIN_KEY.delete_prefix('whsec_').unpack1('m0') : PLAIN_KEY
abort 'WEBHOOK_SECRET is empty' if STANDARD_KEY.empty?

# Ids taken so far, oldest first. In production: a unique column, written in the transaction of the work itself.
SEEN = {}
SEEN_LOCK = Mutex.new

# Compares in a time that does not tell how much of a candidate is right.
def any_equal?(candidates, expected)
  candidates.any? { |candidate| OpenSSL.secure_compare(candidate, expected) }
end

# The status to answer. Header names are in lower case.
def receive(headers, body)
  id, timestamp, signatures, plain_signature =
    headers.values_at('webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-signature')
  return 400 if [id, signatures, plain_signature].any? { |value| value.to_s.empty? }
  return 400 unless timestamp.to_s.match?(/\A[0-9]{1,12}\z/)
  return 401 if (Time.now.to_i - timestamp.to_i).abs > TOLERANCE_SECONDS

  standard = [OpenSSL::HMAC.digest('SHA256', STANDARD_KEY, "#{id}.#{timestamp}." + body)].pack('m0')
  return 401 unless any_equal?(signatures.split, "v1,#{standard}")

  # While a rotation lasts, a receiver that still has the old secret finds its own signature in X-Signature-Previous.
  plain = OpenSSL::HMAC.hexdigest('SHA256', PLAIN_KEY, body)
  return 401 unless any_equal?([plain_signature, headers.fetch('x-signature-previous', '')], plain)

  SEEN_LOCK.synchronize do
    # Your work begins here where it is new: queue JSON.parse(body), then answer.
    puts "#{SEEN.key?(id) ? 'duplicate' : 'processed'} #{id}"
    SEEN[id] = true
    SEEN.shift if SEEN.size > SEEN_MAX
  end
  204
end

# Ruby's standard library has no HTTP server: this one reads a single request. In a Rack application
# the headers are env['HTTP_WEBHOOK_ID'] and so on, and the raw body is env['rack.input'].read.
def serve(socket)
  lines = socket.each_line("\r\n", 16_384, chomp: true).lazy.take(100).take_while { |line| !line.empty? }.to_a
  headers = lines.drop(1).to_h { |line| line.partition(':').then { |name, _, value| [name.downcase, value.strip] } }
  length = headers['content-length'].to_s
  return 411 unless length.match?(/\A[0-9]{1,12}\z/)
  return 413 if length.to_i > BODY_MAX_BYTES

  receive(headers, socket.read(length.to_i))
end

server = TCPServer.new('127.0.0.1', ENV.fetch('PORT', '8000').to_i)
$stdout.sync = true
puts "ready http://127.0.0.1:#{server.addr[1]}"
loop do
  Thread.new(server.accept) do |socket|
    socket.set_encoding(Encoding::BINARY)
    status = Timeout.timeout(10) { serve(socket) }
    socket.write("HTTP/1.1 #{status} #{REASONS[status]}\r\nConnection: close\r\n\r\n")
  rescue Timeout::Error, SystemCallError, IOError => e
    warn e.class
  ensure
    socket.close
  end
end
