# Sourced by tools/run and tools/test: what Equipoise needs from the system, and how to get it.
# shellcheck shell=sh

apt_build="cmake ninja-build g++ libboost-dev libeigen3-dev libtbb-dev libfmt-dev libtomlplusplus-dev libcli11-dev \
nlohmann-json3-dev libhdf5-dev librandom123-dev libnlopt-dev"
apt_test="git libgtest-dev libbenchmark-dev python3 python3-numpy python3-h5py python3-xarray python3-netcdf4 hdf5-tools strace"

dnf_build="cmake ninja-build gcc-c++ boost-devel eigen3-devel tbb-devel fmt-devel tomlplusplus-devel cli11-devel \
json-devel hdf5-devel Random123-devel NLopt-devel"
dnf_test="git gtest-devel google-benchmark-devel python3 python3-numpy python3-h5py python3-xarray python3-netcdf4 hdf5 strace"

brew_build="cmake ninja boost eigen tbb fmt tomlplusplus cli11 nlohmann-json hdf5 random123 nlopt"
brew_test="git googletest google-benchmark python numpy; pip install h5py xarray netCDF4"

say() { printf 'equipoise: %s\n' "$*" >&2; }

on_debian() { command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; }

# Those of the named Debian packages that are not installed.
missing_packages() {
  for package in "$@"; do
    case $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) in
      ii*) ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

# The package names for a person to install. $1: build or test.
name_packages() {
  if [ "$1" = test ]; then
    apt="$apt_build $apt_test" dnf="$dnf_build $dnf_test" brew="$brew_build $brew_test"
  else
    apt=$apt_build dnf=$dnf_build brew=$brew_build
  fi
  say "these packages are needed:"
  printf '  apt-get install %s\n  dnf install %s\n  brew install %s\n' "$apt" "$dnf" "$brew" >&2
}

# Installs what is missing on Debian and its kin, as root or with sudo; asks nothing of them where all is there. Fails
# where it cannot; then CMake decides whether what it needs is there all the same. $1: build or test.
install_packages() {
  on_debian || return 1
  wanted=$apt_build
  if [ "$1" = test ]; then wanted="$apt_build $apt_test"; fi
  # shellcheck disable=SC2086
  missing=$(missing_packages $wanted)
  if [ -z "$missing" ]; then return 0; fi

  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || return 1
    as_root=sudo
  fi
  say "installing ${missing% }"
  log=$(mktemp)
  apt_get="env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
  # shellcheck disable=SC2086
  if $as_root $apt_get update >"$log" 2>&1 </dev/null &&
     $as_root $apt_get -y -o Dpkg::Use-Pty=0 install --no-install-recommends $missing >>"$log" 2>&1 </dev/null; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

# Runs a command and shows what it wrote only if it failed. $1: what it does, in words.
quietly() {
  what=$1
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    say "$what failed"
    return 1
  fi
}

# Configures a CMake preset; where the packages could not be installed and CMake does not find them either, names them.
# $1: build or test; $2: the preset. Called in the root of the tree.
configure() {
  installed=yes
  install_packages "$1" || installed=no
  # A build folder remembers where its tree stood; one that was moved starts afresh.
  if [ -f build/release/CMakeCache.txt ] &&
     ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" build/release/CMakeCache.txt; then
    rm -rf build/release
  fi
  if [ "$2" = run ] && [ -f build/release/build.ninja ]; then return 0; fi
  if [ $installed = no ] && { ! command -v cmake || ! command -v ninja; } >/dev/null 2>&1; then
    name_packages "$1"
    return 1
  fi
  quietly "configuring" cmake --preset "$2" && return 0
  [ $installed = yes ] || name_packages "$1"
  return 1
}
