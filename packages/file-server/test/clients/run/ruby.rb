# Ruby's net/http. Prints the status, then the body.
require 'net/http'

url, token, path = ARGV
uri = URI(url)
File.open(path, 'rb') do |file|
  request = Net::HTTP::Post.new(uri)
  fields = { 'op' => 'upload', 'auth' => token, 'uid' => '7', 'mid' => '42', 'source' => '0' }
  part = ['photo', file, { filename: File.basename(path), content_type: 'image/jpeg' }]
  request.set_form(fields.to_a + [part], 'multipart/form-data')
  answer = Net::HTTP.start(uri.host, uri.port, read_timeout: 120, max_retries: 0) { |http| http.request(request) }
  puts answer.code, answer.body
end
