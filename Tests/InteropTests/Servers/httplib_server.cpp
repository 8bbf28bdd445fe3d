// What cpp-httplib serves: every framing that it can produce.
// Usage: httplib-server unix PATH [KEEP-ALIVE-COUNT [THREADS]]
//        httplib-server loopback PORT [KEEP-ALIVE-COUNT [THREADS]]     PORT 0 for any; prints it
#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <httplib.h>
#include <iostream>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr size_t piece = 65536;

std::string content(size_t size) {
  std::string bytes(size, '\0');
  for (size_t index = 0; index < size; ++index) bytes[index] = static_cast<char>(index % 256);
  return bytes;
}

size_t size_of(const httplib::Request &request) {
  return request.has_param("size") ? std::stoul(request.get_param_value("size")) : 0;
}

// A body of a size that the provider alone knows, which it ends as it should or cuts short.
httplib::ContentProviderWithoutLength piecewise(size_t size, bool ends) {
  return [=](size_t offset, httplib::DataSink &sink) {
    if (offset == size) {
      if (ends) sink.done();
      return ends;
    }
    const auto bytes = content(256 + piece);
    return sink.write(bytes.data() + offset % 256, std::min(size - offset, piece));
  };
}

void note(const std::string &identifier) {
  const auto line = identifier + "\n";
  const auto file = open("executed.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const auto written = write(file, line.data(), line.size());
  close(file);
  if (written != static_cast<ssize_t>(line.size())) throw std::runtime_error("not noted");
}

void add_routes(httplib::Server &server) {
  const auto type = "application/octet-stream";

  server.Post("/echo", [=](const httplib::Request &request, httplib::Response &response) {
    response.set_content(request.body, type);
  });
  server.Post("/count", [=](const httplib::Request &, httplib::Response &response,
                            const httplib::ContentReader &reader) {
    size_t count = 0;
    reader([&](const char *, size_t length) {
      count += length;
      return true;
    });
    response.set_content(std::to_string(count), "text/plain");
  });
  server.Post("/note", [=](const httplib::Request &request, httplib::Response &response) {
    note(request.body);
    response.set_content(request.body, type);
  });
  server.Post("/early", [=](const httplib::Request &, httplib::Response &response,
                            const httplib::ContentReader &) {
    response.status = 413;
    response.set_header("Connection", "close");
    response.set_content("enough", "text/plain");
  });

  const auto method = [](const httplib::Request &request, httplib::Response &response) {
    response.set_content(request.method, "text/plain");
  };
  server.Get("/method", method);
  server.Put("/method", method);
  server.Post("/method", method);
  server.Patch("/method", method);
  server.Delete("/method", method);
  server.Options("/method", method);

  server.Get("/length", [=](const httplib::Request &request, httplib::Response &response) {
    response.set_content(content(size_of(request)), type);
  });
  server.Get("/provided", [=](const httplib::Request &request, httplib::Response &response) {
    const auto size = size_of(request);
    response.set_content_provider(
        size, type, [](size_t offset, size_t length, httplib::DataSink &sink) {
          const auto bytes = content(256 + piece);
          return sink.write(bytes.data() + offset % 256, std::min(length, piece));
        });
  });
  server.Get("/chunked", [=](const httplib::Request &request, httplib::Response &response) {
    const auto size = size_of(request);
    response.set_chunked_content_provider(type, piecewise(size, true));
  });
  server.Get("/unbounded", [=](const httplib::Request &request, httplib::Response &response) {
    const auto size = size_of(request);
    response.set_content_provider(type, piecewise(size, true));
  });
  server.Get("/cut", [=](const httplib::Request &request, httplib::Response &response) {
    const auto size = size_of(request);
    response.set_chunked_content_provider(type, piecewise(size, false));
  });

  server.Get("/none", [](const httplib::Request &, httplib::Response &response) {
    response.status = 204;
  });
  server.Get("/unchanged", [](const httplib::Request &, httplib::Response &response) {
    response.status = 304;
    response.set_header("ETag", "\"1\"");
  });
  server.Get("/raise", [](const httplib::Request &, httplib::Response &) {
    throw std::runtime_error("as asked");
  });
}

} // namespace

int main(int count, char **arguments) {
  if (count < 3) return 64;
  const std::string family = arguments[1];
  httplib::Server server;
  if (count > 3) server.set_keep_alive_max_count(std::stoul(arguments[3]));
  const auto threads = count > 4 ? std::stoul(arguments[4]) : 8;
  server.new_task_queue = [=] { return new httplib::ThreadPool(threads); };
  server.set_tcp_nodelay(true);
  add_routes(server);
  if (family == "unix") {
    server.set_address_family(AF_UNIX);
    if (!server.bind_to_port(arguments[2], 80)) return 1;
  } else {
    const auto port = std::atoi(arguments[2]);
    const auto bound = port == 0 ? server.bind_to_any_port("127.0.0.1") : port;
    if (port != 0 && !server.bind_to_port("127.0.0.1", port)) return 1;
    std::cout << "127.0.0.1:" << bound << std::endl;
  }
  return server.listen_after_bind() ? 0 : 1;
}
