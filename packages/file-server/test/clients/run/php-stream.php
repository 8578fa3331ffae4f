<?php
// PHP's own streams: the whole form in memory, over HTTP/1.0. Prints the status, then the body.
ini_set('memory_limit', '512M');
[, $url, $token, $path] = $argv;
$edge = 'edge7f3a';
$form = '';
foreach (['op' => 'upload', 'auth' => $token, 'uid' => '7', 'mid' => '42', 'source' => '0'] as $name => $value) {
  $form .= "--$edge\r\nContent-Disposition: form-data; name=\"$name\"\r\n\r\n$value\r\n";
}
$name = basename($path);
$form .= "--$edge\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"$name\"\r\nContent-Type: image/jpeg\r\n\r\n";
$form .= file_get_contents($path) . "\r\n--$edge--\r\n";
$context = stream_context_create(['http' => [
  'method' => 'POST',
  'header' => "Content-Type: multipart/form-data; boundary=$edge",
  'content' => $form,
  'ignore_errors' => true,
  'timeout' => 120,
]]);
$body = file_get_contents($url, false, $context);
preg_match('/ (\d{3})/', $http_response_header[0] ?? '', $status);
echo $status[1] ?? 'none', "\n", $body, "\n";
