extension ServerProgram {
    private static func python(
        _ name: String, module: String, _ arguments: [String]
    ) -> ServerProgram {
        // Present where the module is, which is what was asked for.
        let isInstalled = Installation.built("venv/bin/" + module) != nil
        return ServerProgram(
            name, at: isInstalled ? Installation.built("venv/bin/python") : nil,
            ["-B", "-m", module] + arguments)
    }

    /// gunicorn, whose `sync` workers close the connection after each response.
    static func gunicorn(_ worker: String, _ more: [String] = []) -> ServerProgram {
        let options = [
            "--worker-class", worker, "--workers", "2", "--keep-alive", "30", "--timeout", "300",
            "--bind", "unix:" + socketName, "--worker-tmp-dir", ".", "--no-control-socket",
            "--pythonpath", Installation.sources,
        ]
        return python(
            "gunicorn", module: "gunicorn", options + more + ["wsgi_app:application"])
    }

    /// uvicorn with one of its two HTTP parsers.
    static func uvicorn(_ parser: String) -> ServerProgram {
        python(
            "uvicorn", module: "uvicorn",
            [
                "--uds", socketName, "--http", parser, "--timeout-keep-alive", "30",
                "--no-access-log", "--app-dir", Installation.sources, "asgi_app:application",
            ])
    }
}
