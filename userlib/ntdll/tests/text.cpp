// SPDX-License-Identifier: MIT
#include "text.h"

#include <fstream>
#include <sstream>

std::string read_file(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::map<std::string, Service> services() {
    std::map<std::string, Service> found;
    std::istringstream table(read_file(NTDBG_TEST_MODULE "/nt/services.tbl"));
    for (std::string line; std::getline(table, line);) {
        std::istringstream words(line);
        std::string name;
        std::string entry;
        words >> name >> entry;
        size_t slash = entry.find('/');
        if (name.rfind("Nt", 0) != 0 || slash == std::string::npos)
            continue;
        found[name] = {static_cast<uint32_t>(std::stoul(entry.substr(0, slash), nullptr, 16)),
                       static_cast<unsigned>(std::stoul(entry.substr(slash + 1)))};
    }
    return found;
}
