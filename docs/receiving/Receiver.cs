// Receives ArkanPM webhooks: WEBHOOK_SECRET=... [PORT=8000] dotnet run Receiver.cs  (.NET 10; Mono: mcs Receiver.cs && mono Receiver.exe)
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;

static class Receiver
{
    const int BodyMaxBytes = 1024 * 1024, ToleranceSeconds = 5 * 60, SeenMax = 100000;

    static byte[] plainKey, standardKey;

    // Ids taken so far, and their order. In production: a unique column, written in the transaction of the work itself.
    static readonly HashSet<string> seen = new HashSet<string>();
    static readonly Queue<string> oldestFirst = new Queue<string>();

    static void Main()
    {
        string secret = Environment.GetEnvironmentVariable("WEBHOOK_SECRET") ?? "";
        plainKey = Encoding.UTF8.GetBytes(secret);
        standardKey = secret.StartsWith("whsec_") ? Convert.FromBase64String(secret.Substring(6)) : plainKey;
        if (standardKey.Length == 0) throw new ArgumentException("WEBHOOK_SECRET is missing");

        // HttpListener answers only where the Host header is this too: a proxy in front must set it.
        string url = "http://127.0.0.1:" + Port(Environment.GetEnvironmentVariable("PORT") ?? "8000");
        var listener = new HttpListener();
        listener.Prefixes.Add(url + "/");
        listener.Start();
        Console.WriteLine("ready " + url);
        while (true) ThreadPool.QueueUserWorkItem(Handle, listener.GetContext());
    }

    static void Handle(object state)
    {
        var context = (HttpListenerContext)state;
        try
        {
            byte[] body = ReadBody(context.Request.InputStream);
            context.Response.StatusCode = body == null ? 413 : Receive(context.Request.Headers.Get, body);
            context.Response.KeepAlive = body != null; // What is left of a body that is too long is not read.
            context.Response.Close();
        }
        catch (Exception e) // Mostly that the connection broke off. Not caught, it would end the process.
        {
            Console.Error.WriteLine(e.Message);
            context.Response.Abort();
        }
    }

    // The status to answer.
    static int Receive(Func<string, string> header, byte[] body)
    {
        string id = header("webhook-id"), timestamp = header("webhook-timestamp") ?? "";
        string signatures = header("webhook-signature"), plainSignature = header("X-Signature");
        if (string.IsNullOrEmpty(id) || signatures == null || plainSignature == null) return 400;
        if (!Regex.IsMatch(timestamp, @"\A[0-9]{1,12}\z")) return 400;
        if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp)) > ToleranceSeconds) return 401;

        byte[] signed = Encoding.UTF8.GetBytes(id + "." + timestamp + ".").Concat(body).ToArray();
        if (!AnyEqual(signatures.Split(' '), "v1," + Convert.ToBase64String(Sign(standardKey, signed)))) return 401;
        // While a rotation lasts, a receiver that still has the old secret finds its own signature in X-Signature-Previous.
        string plain = BitConverter.ToString(Sign(plainKey, body)).Replace("-", "").ToLowerInvariant();
        if (!AnyEqual(new[] { plainSignature, header("X-Signature-Previous") ?? "" }, plain)) return 401;

        lock (seen)
        {
            bool isNew = seen.Add(id);
            if (isNew) oldestFirst.Enqueue(id);
            if (oldestFirst.Count > SeenMax) seen.Remove(oldestFirst.Dequeue());
            // Your work begins here where it is new: queue the body, then answer.
            Console.WriteLine((isNew ? "processed " : "duplicate ") + id);
        }
        return 204;
    }

    static byte[] Sign(byte[] key, byte[] data)
    {
        using (var hmac = new HMACSHA256(key)) return hmac.ComputeHash(data);
    }

    // FixedTimeEquals takes a time that does not tell how much of a candidate is right.
    static bool AnyEqual(string[] candidates, string expected) => candidates.Any(candidate =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(candidate), Encoding.UTF8.GetBytes(expected)));

    // The body's bytes, or null where there are too many.
    static byte[] ReadBody(Stream input)
    {
        var body = new MemoryStream();
        var chunk = new byte[65536];
        for (int size; (size = input.Read(chunk, 0, chunk.Length)) > 0;)
        {
            if (body.Length + size > BodyMaxBytes) return null;
            body.Write(chunk, 0, size);
        }
        return body.ToArray();
    }

    // HttpListener can't be given port 0, so a free one is looked for.
    static int Port(string text)
    {
        if (text != "0") return int.Parse(text);
        var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        try { return ((IPEndPoint)probe.LocalEndpoint).Port; }
        finally { probe.Stop(); }
    }
}
