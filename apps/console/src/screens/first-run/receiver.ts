/** For a shell. A test runs it as it stands here. */
export const receiverCommand = `openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \\
  -addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout key.pem -out cert.pem 2>/dev/null
node -e '
const { readFileSync } = require("fs");
require("https")
  .createServer({ key: readFileSync("key.pem"), cert: readFileSync("cert.pem") }, (request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      console.log(request.headers["x-event-type"], body);
      response.end("ok");
    });
  })
  .listen(process.env.PORT || 8443, "127.0.0.1", function () {
    console.log(\`Give this address to the webhook: https://127.0.0.1:\${this.address().port}/\`);
  });
'`;
