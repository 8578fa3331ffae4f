<?php
// PHP's curl extension. Prints the status, then the body.
[, $url, $token, $path] = $argv;
$fields = ['op' => 'upload', 'auth' => $token, 'uid' => '7', 'mid' => '42', 'source' => '0'];
$curl = curl_init($url);
curl_setopt_array($curl, [
  CURLOPT_POSTFIELDS => $fields + ['photo' => new CURLFile($path, 'image/jpeg', basename($path))],
  CURLOPT_RETURNTRANSFER => true,
  CURLOPT_TIMEOUT => 120,
]);
$body = curl_exec($curl);
echo curl_getinfo($curl, CURLINFO_RESPONSE_CODE), "\n", $body === false ? curl_error($curl) : $body, "\n";
