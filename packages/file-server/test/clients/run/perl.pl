# LWP. Prints the status, then the body.
use strict;
use warnings;
use LWP::UserAgent;
use HTTP::Request::Common qw(POST $DYNAMIC_FILE_UPLOAD);

my ($url, $token, $path) = @ARGV;
$DYNAMIC_FILE_UPLOAD = 1;
my $request = POST $url, Content_Type => 'form-data', Content => [
  op => 'upload', auth => $token, uid => 7, mid => 42, source => 0,
  photo => [$path, undef, 'Content-Type' => 'image/jpeg'],
];
my $answer = LWP::UserAgent->new(timeout => 120)->request($request);
print $answer->code, "\n", $answer->content, "\n";
