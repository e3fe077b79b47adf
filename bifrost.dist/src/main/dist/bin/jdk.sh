# Finds a JDK. To be read with "." by a POSIX shell; bin/bifrost and the workspace's ./bifrost do.

BIFROST_JAVA_MIN=21

# The major version of the JDK in folder $1, without starting it; nothing when there is none.
jdk_major() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9]*\).*/\1/p' "$1/release" | head -n 1
}

# The folder of the JDK whose program $1 is on the PATH, links followed.
jdk_of_program() {
  program=$(command -v "$1" 2>/dev/null) || return 0
  while [ -L "$program" ]; do
    link=$(readlink "$program") || return 0
    case $link in
      /*) program=$link ;;
      *) program=$(dirname "$program")/$link ;;
    esac
  done
  (cd "$(dirname "$program")/.." 2>/dev/null && pwd -P)
}

# Remembers what was looked at, for the message when nothing fits.
jdk_saw() {
  JDKS_SEEN="$JDKS_SEEN
  $1 (Java $2)"
}

# Sets JDK and JDK_MAJOR to the first of: JAVA_HOME, the PATH, the newest in the usual folders.
# $1 = javac when a compiler is needed, else java.
find_jdk() {
  need=${1:-java}
  JDK=
  JDK_MAJOR=
  JDKS_SEEN=
  for candidate in "${JAVA_HOME:-}" "$(jdk_of_program "$need")"; do
    [ -n "$candidate" ] || continue
    major=$(jdk_major "$candidate")
    [ -n "$major" ] || continue
    if [ "$major" -ge "$BIFROST_JAVA_MIN" ] && [ -x "$candidate/bin/$need" ]; then
      JDK=$candidate
      JDK_MAJOR=$major
      return 0
    fi
    jdk_saw "$candidate" "$major"
  done
  for candidate in \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*/jdk* /usr/local/java/* /usr/local/openjdk* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
    "${HOME:-/nonexistent}"/.asdf/installs/java/* "${HOME:-/nonexistent}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    major=$(jdk_major "$candidate")
    [ -n "$major" ] || continue
    if [ "$major" -lt "$BIFROST_JAVA_MIN" ] || [ ! -x "$candidate/bin/$need" ]; then
      [ -L "$candidate" ] || jdk_saw "$candidate" "$major"
    elif [ -z "$JDK" ] || [ "$major" -gt "$JDK_MAJOR" ]; then
      JDK=$candidate
      JDK_MAJOR=$major
    fi
  done
  [ -n "$JDK" ] && return 0
  {
    echo "bifrost: no JDK $BIFROST_JAVA_MIN or newer found; looked at JAVA_HOME, the PATH and the usual folders."
    if [ -n "$JDKS_SEEN" ]; then
      echo "Found, but too old or without $need:$JDKS_SEEN"
    else
      echo "Found no JDK at all."
    fi
    echo "Install one (JDK 25 is what is tested; for example the Temurin packages, or on macOS"
    echo "'brew install openjdk'), or set JAVA_HOME to the folder of one."
  } >&2
  return 1
}
