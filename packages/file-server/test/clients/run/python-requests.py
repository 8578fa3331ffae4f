# requests, with urllib3. Prints the status, then the body.
import os, sys
import requests

url, token, path = sys.argv[1:4]
fields = {'op': 'upload', 'auth': token, 'uid': '7', 'mid': '42', 'source': '0'}
with open(path, 'rb') as file:
    answer = requests.post(url, data=fields, files={'photo': (os.path.basename(path), file, 'image/jpeg')}, timeout=120)
print(answer.status_code)
print(answer.text)
