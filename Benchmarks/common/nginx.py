"""nginx on loopback: it serves files, with an ETag, as S3 does, or whatever else its rules say."""
import shutil

from programs import fail
from tools import Server, free_port

# All that nginx would put elsewhere is in its own folder.
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 256; }}
http {{
    access_log off;
    sendfile on;
    # As S3 and SQS do, which do not hang up after some thousand requests.
    keepalive_requests 1000000000;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        {rules}
    }}
}}
"""


def nginx(folder, root, rules=""):
    """A server of the files under the root; `rules` are more lines of its configuration."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if not program:
        fail("nginx is not there; --install gets it")
    folder.mkdir()
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, root=root, port=port, rules=rules))
    # Before the configuration is read it would complain that it cannot write to its usual log.
    return Server([program, "-e", "stderr", "-p", folder, "-c", configuration], port)
