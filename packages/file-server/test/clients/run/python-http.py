# Python's standard library has no forms: this is how people write one. Prints the status, then the body.
import http.client, mimetypes, os, sys, urllib.parse

url, token, path = sys.argv[1:4]
parts = urllib.parse.urlsplit(url)
edge = 'edge7f3a'
fields = {'op': 'upload', 'auth': token, 'uid': '7', 'mid': '42', 'source': '0'}
head = ''.join(
    f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
)
name = os.path.basename(path)
kind = mimetypes.guess_type(name)[0] or 'application/octet-stream'
head += f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
start, end = head.encode(), f'\r\n--{edge}--\r\n'.encode()


def body():
    yield start
    with open(path, 'rb') as file:
        while chunk := file.read(65536):
            yield chunk
    yield end


connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
headers = {'Content-Type': f'multipart/form-data; boundary={edge}'}
if len(sys.argv) < 5:
    headers['Content-Length'] = str(len(start) + os.path.getsize(path) + len(end))
if len(sys.argv) > 4:
    headers['Transfer-Encoding'] = 'chunked'
connection.request('POST', parts.path, body(), headers, encode_chunked=len(sys.argv) > 4)
answer = connection.getresponse()
print(answer.status)
print(answer.read().decode())
