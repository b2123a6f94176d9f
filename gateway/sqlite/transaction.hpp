#pragma once

namespace kleber::sqlite {

class Database;

// Rolled back unless it was committed.
class Transaction {
  public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    // False, and nothing is done, if anything failed since it began.
    bool commit();

  private:
    Database& database_;
};

}  // namespace kleber::sqlite
