// SPDX-License-Identifier: MIT
#include "elf_symbols.h"

#include <algorithm>
#include <cxxabi.h>
#include <elfutils/libdwfl.h>
#include <memory>
#include <unistd.h>

#include "filters.h"

namespace ntdbg::tool {

namespace {

std::string source_name(const char *name) {
    if (name[0] != '_' || name[1] != 'Z')
        return name;
    int status = 0;
    std::unique_ptr<char, decltype(&free)> plain(
        abi::__cxa_demangle(name, nullptr, nullptr, &status), free);
    if (status != 0)
        return name;
    // Without the parameters: the last "(" that is not inside another pair.
    std::string text = plain.get();
    size_t end = text.rfind(')');
    if (end == std::string::npos)
        return text;
    int depth = 0;
    for (size_t i = end + 1; i-- > 0;) {
        depth += text[i] == ')' ? 1 : text[i] == '(' ? -1 : 0;
        if (depth == 0) {
            if (i > 0)
                text.resize(i);
            break;
        }
    }
    return text;
}

// In the mount namespace of the process, where that differs from ours.
std::string file_of(uint32_t pid, const std::string &path) {
    std::string inside = "/proc/" + std::to_string(pid) + "/root" + path;
    return access(inside.c_str(), R_OK) == 0 ? inside : path;
}

} // namespace

struct ElfSymbols::Session {
    struct Module {
        Dwfl_Module *dwfl = nullptr;
        std::string name;
        bool loaded = false;
        std::vector<Symbol> symbols; // by address
    };
    // What the callbacks of an unwinding need.
    struct Stack {
        const ReadMemory *read = nullptr;
        uint32_t pid = 0;
        uint32_t tid = 0;
        const ntdbg_regs *regs = nullptr;
    };
    struct Closer {
        void operator()(Dwfl *dwfl) const { dwfl_end(dwfl); }
    };

    uint64_t generation = 0;
    std::unique_ptr<Dwfl, Closer> dwfl;
    std::map<uint64_t, Module> modules; // by base
    std::unique_ptr<Stack> stack;       // once libdwfl has been told of it

    void build(uint32_t pid, const Modules::Images &images);
    Module *covering(uint64_t address, const Modules::Images &images);
    const std::vector<Symbol> &symbols(Module &module);
    bool attach(uint32_t pid, const ReadMemory &read);

    static bool read_word(Dwfl *, Dwarf_Addr address, Dwarf_Word *word, void *arg) {
        auto *stack = static_cast<Stack *>(arg);
        return (*stack->read)(stack->pid, address, word, sizeof(*word)) == 0;
    }
    static bool set_registers(Dwfl_Thread *thread, void *arg) {
        const ntdbg_regs &r = *static_cast<Stack *>(arg)->regs;
        const Dwarf_Word in_dwarf_order[] = {r.rax, r.rdx, r.rcx, r.rbx, r.rsi, r.rdi,
                                             r.rbp, r.rsp, r.r8,  r.r9,  r.r10, r.r11,
                                             r.r12, r.r13, r.r14, r.r15, r.rip};
        return dwfl_thread_state_registers(thread, 0, std::size(in_dwarf_order), in_dwarf_order);
    }
    static pid_t no_threads(Dwfl *, void *, void **) { return 0; }
    static bool this_thread(Dwfl *, pid_t, void *arg, void **thread_arg) {
        *thread_arg = arg;
        return true;
    }
};

void ElfSymbols::Session::build(uint32_t pid, const Modules::Images &images) {
    static char *no_debuginfo_path = nullptr;
    static const Dwfl_Callbacks callbacks = {dwfl_build_id_find_elf, dwfl_standard_find_debuginfo,
                                             nullptr, &no_debuginfo_path};
    modules.clear();
    stack.reset();
    dwfl.reset(dwfl_begin(&callbacks));
    if (!dwfl)
        return;
    dwfl_report_begin(dwfl.get());
    for (const auto &[base, image] : images) {
        if (image.path.empty())
            continue;
        Module module;
        module.name = module_name(image.path);
        module.dwfl = dwfl_report_elf(dwfl.get(), image.path.c_str(),
                                      file_of(pid, image.path).c_str(), -1, base, false);
        modules[base] = std::move(module);
    }
    dwfl_report_end(dwfl.get(), nullptr, nullptr);
}

ElfSymbols::Session::Module *ElfSymbols::Session::covering(uint64_t address,
                                                           const Modules::Images &images) {
    auto above = images.upper_bound(address);
    if (above == images.begin())
        return nullptr;
    const auto &[base, image] = *std::prev(above);
    auto known = modules.find(base);
    return address < image.end && known != modules.end() ? &known->second : nullptr;
}

const std::vector<Symbol> &ElfSymbols::Session::symbols(Module &module) {
    if (module.loaded || !module.dwfl)
        return module.symbols;
    module.loaded = true;
    int n = dwfl_module_getsymtab(module.dwfl);
    for (int i = 1; i < n; i++) {
        GElf_Sym symbol;
        GElf_Addr address = 0;
        GElf_Word section = 0;
        const char *name =
            dwfl_module_getsym_info(module.dwfl, i, &symbol, &address, &section, nullptr, nullptr);
        unsigned type = GELF_ST_TYPE(symbol.st_info);
        bool wanted =
            type == STT_FUNC || type == STT_OBJECT || type == STT_NOTYPE || type == STT_GNU_IFUNC;
        if (!name || name[0] == '\0' || !wanted || symbol.st_shndx == SHN_UNDEF ||
            symbol.st_shndx == SHN_ABS)
            continue;
        std::string plain = source_name(name);
        // "puts@@GLIBC_2.2.5": the version is no part of the name.
        plain.resize(std::min(plain.find('@'), plain.size()));
        module.symbols.push_back({module.name, std::move(plain), address, symbol.st_size});
    }
    auto order = [](const Symbol &a, const Symbol &b) {
        return std::tie(a.address, a.name) < std::tie(b.address, b.name);
    };
    auto same = [](const Symbol &a, const Symbol &b) {
        return a.address == b.address && a.name == b.name;
    };
    std::sort(module.symbols.begin(), module.symbols.end(), order);
    module.symbols.erase(std::unique(module.symbols.begin(), module.symbols.end(), same),
                         module.symbols.end());
    return module.symbols;
}

bool ElfSymbols::Session::attach(uint32_t pid, const ReadMemory &read) {
    if (stack)
        return true;
    static const Dwfl_Thread_Callbacks callbacks = {no_threads,    this_thread, read_word,
                                                    set_registers, nullptr,     nullptr};
    stack = std::make_unique<Stack>();
    stack->read = &read;
    stack->pid = pid;
    if (dwfl_attach_state(dwfl.get(), nullptr, static_cast<pid_t>(pid), &callbacks, stack.get()))
        return true;
    stack.reset();
    return false;
}

ElfSymbols::ElfSymbols(ReadMemory read) : read_(std::move(read)) {}
ElfSymbols::~ElfSymbols() = default;

void ElfSymbols::learn(const record &rec) {
    modules_.learn(rec);
    if (rec.header().type == NTDBG_EVENT_EXIT_PROCESS)
        sessions_.erase(rec.header().pid);
}

ElfSymbols::Session &ElfSymbols::session(uint32_t pid) {
    auto &slot = sessions_[pid];
    if (!slot)
        slot = std::make_unique<Session>();
    uint64_t generation = modules_.generation(pid);
    if (!slot->dwfl || slot->generation != generation) {
        slot->build(pid, modules_.images(pid));
        slot->generation = generation;
    }
    return *slot;
}

std::vector<ModuleInfo> ElfSymbols::modules(uint32_t pid) {
    std::vector<ModuleInfo> out;
    Session &process = session(pid);
    for (const auto &[base, image] : modules_.images(pid)) {
        ModuleInfo info{module_name(image.path.empty() ? image.name : image.path), image.path, base,
                        image.end, "none"};
        auto known = process.modules.find(base);
        if (known != process.modules.end() && known->second.dwfl) {
            Dwarf_Addr bias = 0;
            if (!known->second.loaded)
                info.state = "deferred";
            else if (dwfl_module_getdwarf(known->second.dwfl, &bias))
                info.state = "dwarf";
            else if (!known->second.symbols.empty())
                info.state = "elf";
        }
        out.push_back(std::move(info));
    }
    return out;
}

std::optional<Place> ElfSymbols::at(uint32_t pid, uint64_t address) {
    const Modules::Images &images = modules_.images(pid);
    Session &process = session(pid);
    Session::Module *module = process.covering(address, images);
    if (!module)
        return std::nullopt;
    Place place;
    place.module = module->name;
    place.offset = address - std::prev(images.upper_bound(address))->first;
    if (!module->dwfl)
        return place;
    GElf_Off offset = 0;
    GElf_Sym symbol;
    const char *name =
        dwfl_module_addrinfo(module->dwfl, address, &offset, &symbol, nullptr, nullptr, nullptr);
    if (name && name[0] != '\0') {
        place.symbol = source_name(name);
        place.symbol.resize(std::min(place.symbol.find('@'), place.symbol.size()));
        place.offset = offset;
    }
    if (Dwfl_Line *line = dwfl_module_getsrc(module->dwfl, address)) {
        int number = 0;
        const char *file = dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
        if (file && number > 0) {
            place.file = file;
            place.line = static_cast<unsigned>(number);
        }
    }
    return place;
}

std::vector<Symbol> ElfSymbols::find(uint32_t pid, std::string_view module, std::string_view name) {
    std::vector<Symbol> out;
    Session &process = session(pid);
    for (auto &[base, candidate] : process.modules) {
        if (!module.empty() && !matches(module, candidate.name))
            continue;
        for (const Symbol &symbol : process.symbols(candidate)) {
            if (matches(name, symbol.name))
                out.push_back(symbol);
        }
    }
    return out;
}

std::optional<uint64_t> ElfSymbols::resolve(uint32_t pid, std::string_view module,
                                            std::string_view name) {
    Session &process = session(pid);
    uint64_t program = modules_.program(pid);
    std::optional<uint64_t> found;
    for (auto &[base, candidate] : process.modules) {
        bool by_file = modules_.images(pid).at(base).name == module;
        if (!module.empty() && module != candidate.name && !by_file)
            continue;
        for (const Symbol &symbol : process.symbols(candidate)) {
            if (symbol.name != name)
                continue;
            if (base == program)
                return symbol.address;
            if (!found)
                found = symbol.address;
        }
    }
    return found;
}

std::optional<Symbol> ElfSymbols::next(uint32_t pid, uint64_t address) {
    Session &process = session(pid);
    Session::Module *module = process.covering(address, modules_.images(pid));
    if (!module)
        return std::nullopt;
    const auto &symbols = process.symbols(*module);
    auto above = std::upper_bound(
        symbols.begin(), symbols.end(), address,
        [](uint64_t value, const Symbol &symbol) { return value < symbol.address; });
    return above == symbols.end() ? std::nullopt : std::optional(*above);
}

std::vector<Frame> ElfSymbols::unwind(uint32_t pid, uint32_t tid, const ntdbg_regs &regs,
                                      size_t most) {
    Session &process = session(pid);
    struct Collected {
        std::vector<Frame> frames;
        size_t most;
    } collected{{}, most};
    auto collect = [](Dwfl_Frame *state, void *arg) -> int {
        constexpr unsigned kDwarfRsp = 7;
        auto *all = static_cast<Collected *>(arg);
        Dwarf_Addr pc = 0;
        bool activation = false;
        if (!dwfl_frame_pc(state, &pc, &activation))
            return DWARF_CB_ABORT;
        Dwarf_Word sp = 0;
        if (dwfl_frame_reg(state, kDwarfRsp, &sp) != 0)
            sp = 0;
        Frame frame;
        frame.ip = pc;
        frame.sp = sp;
        frame.caller = !all->frames.empty() && !activation;
        all->frames.push_back(frame);
        return all->frames.size() < all->most ? DWARF_CB_OK : DWARF_CB_ABORT;
    };
    if (process.dwfl && process.attach(pid, read_)) {
        process.stack->tid = tid;
        process.stack->regs = &regs;
        dwfl_getthread_frames(process.dwfl.get(), static_cast<pid_t>(tid), collect, &collected);
    }
    // Where nothing can be unwound at least the top is known.
    if (collected.frames.empty())
        collected.frames.push_back({regs.rip, regs.rsp, false});
    return std::move(collected.frames);
}

} // namespace ntdbg::tool
